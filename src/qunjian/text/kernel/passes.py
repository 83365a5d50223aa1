"""The compiled passes, as plain functions over pointers: no objects, nothing allocated, nothing raised.

numba compiles them (kernel.compiling) in the form `FORMS` says; kernel.loading makes them callable. Numbers keep their
kind: what mixes signed and unsigned ones becomes a float, so that every constant says which it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Pointer = Any  # to numbers of one kind; numba knows which from `FORMS`

# For each pass its arguments: a pointer to numbers of a kind, or a number (int64).
FORMS = {
    "fold": "u1* i8* i8 u4* u1* u4* u4* i8 i8 i8 u4* i8* u4* i8* u1* i8*",
    "plant": "u4* i8* i8 u8* i4* i8 i4* i4* u1* u1*",
    "find": "u4* i8 u8* i4* i8 i4* i4* u1* u1* i8 i8* i8* i8",
    "stream": "u4* i8 u1* i8* u4* i8* i8*",
    "sift": "u4* i8 u2* u2* u8* i8 i8*",
}
GATE = 1 << 17  # places of the gate by two characters
GATE_3 = 1 << 20  # and by three
_GATE_BITS, _GATE_3_BITS = np.uint64(64 - 17), np.uint64(64 - 20)
_MIX, _MIX_2, _MIX_3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_TWO, _LONGER, _ONE = np.uint8(1), np.uint8(2), np.uint8(4)
_CODE = np.uint64(21)  # bits of a character
_PAIR, _SINGLE = np.uint64(1 << 62), np.uint64(1 << 61)
_HALF = np.uint64(32)
FIRST, SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)  # of pair_memory: what finds the two slots of a pair
_LOW = np.uint64(0xFFFFFFFF)
# What `fold` returns for text that it leaves to numpy.
LEFT = -1


def fold(
    data: Pointer, offsets: Pointer, rows: int, first: Pointer, length: Pointer, several_codes: Pointer,
    several: Pointer, most: int, kinds: int, room: int, original: Pointer, original_starts: Pointer, codes: Pointer,
    starts: Pointer, lengths: Pointer, told: Pointer,
) -> int:  # fmt: skip
    """Decode rows of UTF-8 and fold them; return how many codes came of it, or `LEFT` for what is no plain text.

    first, length, several: the tables of folding. codes: a 0 after each row. told: how many original characters there
    are, and whether any became none or several.
    """
    place, out, uneven = 0, 0, 0
    for row in range(rows):
        original_starts[row] = place
        starts[row] = out
        at, end = offsets[row], offsets[row + 1]
        while at < end:
            lead = np.uint32(data[at])
            if lead < np.uint32(0x80):
                code, took = lead if lead > np.uint32(0) else np.uint32(1), 1  # 0 stands between rows
            elif lead < np.uint32(0xC2) or lead > np.uint32(0xF4):
                return LEFT
            else:
                took = 2 if lead < np.uint32(0xE0) else 3 if lead < np.uint32(0xF0) else 4
                if at + took > end:
                    return LEFT
                code = lead & np.uint32(0x7F >> took)
                for nth in range(1, took):
                    byte = np.uint32(data[at + nth])
                    if byte & np.uint32(0xC0) != np.uint32(0x80):
                        return LEFT
                    code = code << np.uint32(6) | byte & np.uint32(0x3F)
                if took == 3 and (code < np.uint32(0x800) or code >> np.uint32(11) == np.uint32(0x1B)):
                    return LEFT
                if took == 4 and (code < np.uint32(0x10000) or code > np.uint32(0x10FFFF)):
                    return LEFT
            at += took
            many = int(length[code])
            original[place] = code
            lengths[place] = many
            place += 1
            if out + most + 2 > room:
                return LEFT
            if many == 1:
                codes[out] = first[code]
                out += 1
                continue
            uneven = 1
            if many > 1:
                low, high = 0, kinds
                while low < high:
                    middle = (low + high) >> 1
                    if several_codes[middle] < code:
                        low = middle + 1
                    else:
                        high = middle
                for nth in range(many):
                    codes[out + nth] = several[low * most + nth]
                out += many
        if out + most + 2 > room:
            return LEFT
        original[place] = np.uint32(0)
        lengths[place] = 1
        codes[out] = np.uint32(0)
        place += 1
        out += 1
    original_starts[rows] = place
    starts[rows] = out
    told[0], told[1] = place, uneven
    return out


def plant(
    characters: Pointer, begins: Pointer, words: int, edges: Pointer, nodes: Pointer, slots: int, heads: Pointer,
    others: Pointer, gate: Pointer, gate_3: Pointer,
) -> int:  # fmt: skip
    """Grow the tree of words from their first two characters on, as a table of edges; return how many nodes it has.

    edges: the key of each slot (node before, character), 0 for none; nodes: where it leads. heads: for each node the
    last word that ends there, others: for each word the next such, -1 for none. gate, gate_3: by what words begin with.
    """
    count = 1
    mask = np.uint64(slots - 1)
    for word in range(words):
        begin, end = begins[word], begins[word + 1]
        head = np.uint64(characters[begin])
        if end - begin == 1:
            gate[head & np.uint64(0xFFFF)] |= _ONE
            key, step = _SINGLE | head, begin + 1
        else:
            second = np.uint64(characters[begin + 1])
            key, step = _PAIR | head << _CODE | second, begin + 2
            place = (head * _MIX + second * _MIX_2) >> _GATE_BITS
            gate[place] |= _TWO if end - begin == 2 else _LONGER
            if end - begin > 2:
                third = np.uint64(characters[begin + 2])
                gate_3[(head * _MIX + second * _MIX_2 + third * _MIX_3) >> _GATE_3_BITS] = np.uint8(1)
        while True:
            slot = (key * _MIX >> _HALF) & mask
            while edges[slot] != np.uint64(0) and edges[slot] != key:
                slot = (slot + np.uint64(1)) & mask
            if edges[slot] == np.uint64(0):
                edges[slot] = key
                nodes[slot] = count
                heads[count] = -1
                count += 1
            node = nodes[slot]
            if step == end:
                break
            key = np.uint64(node) << _CODE | np.uint64(characters[step])
            step += 1
        others[word] = heads[node]
        heads[node] = word
    return count


def find(
    codes: Pointer, many: int, edges: Pointer, nodes: Pointer, slots: int, heads: Pointer, others: Pointer,
    gate: Pointer, gate_3: Pointer, singles: int, words: Pointer, places: Pointer, room: int,
) -> int:  # fmt: skip
    """Find the words of a tree in codes; return how many there are, of which the first `room` are told."""
    found = 0
    mask = np.uint64(slots - 1)
    for at in range(many - 1):
        head, second = np.uint64(codes[at]), np.uint64(codes[at + 1])
        pair = head * _MIX + second * _MIX_2
        known = gate[pair >> _GATE_BITS]
        single = singles and gate[head & np.uint64(0xFFFF)] & _ONE
        longer = known & _LONGER and at + 2 < many
        if longer:
            longer = gate_3[(pair + np.uint64(codes[at + 2]) * _MIX_3) >> _GATE_3_BITS] != np.uint8(0)
        if not single and not longer and not known & _TWO:
            continue
        for nth in range(2):
            if nth == 0:
                if not single:
                    continue
                key = _SINGLE | head
            else:
                if not longer and not known & _TWO:
                    continue
                key = _PAIR | head << _CODE | second
            step = at + 2
            while True:
                slot = (key * _MIX >> _HALF) & mask
                while edges[slot] != np.uint64(0) and edges[slot] != key:
                    slot = (slot + np.uint64(1)) & mask
                if edges[slot] == np.uint64(0):
                    break
                node = nodes[slot]
                word = heads[node]
                while word >= 0:
                    if found < room:
                        words[found] = word
                        places[found] = at
                    found += 1
                    word = others[word]
                if nth == 0 or step >= many:
                    break
                key = np.uint64(node) << _CODE | np.uint64(codes[step])
                step += 1
    return found


def stream(
    codes: Pointer, many: int, inside: Pointer, kept: Pointer, elements: Pointer, heads: Pointer, told: Pointer
) -> int:
    """Leave separators out and tell repeats of an ideograph or picture as one; return how many elements there are.

    kept: the places of all that is no separator, `told` how many; heads: which of them each element starts at.
    """
    count, out, last = 0, 0, np.uint32(0)
    for at in range(many):
        code = codes[at]
        if not inside[code]:
            continue
        doubles = code >= np.uint32(0x2E80) or np.uint32(0x2190) <= code < np.uint32(0x2C00)
        if not doubles or code != last or count == 0:
            elements[out] = code
            heads[out] = count
            out += 1
        kept[count] = at
        count += 1
        last = code
    told[0] = count
    return out


def sift(
    codes: Pointer, many: int, table: Pointer, columns: Pointer, slots: Pointer, bits: int, places: Pointer
) -> int:
    """Look up every code's column, and return how many pairs of neighbours are not known to be no word's.

    slots: what is remembered of pairs (pair << 32 | row of answers, 0 for none); places: of those pairs, in order.
    """
    found = 0
    shift = np.uint32(32 - bits)
    left = np.uint32(0)
    for at in range(many):
        right = np.uint32(table[codes[at]])
        columns[at] = right
        if left != np.uint32(0) and right != np.uint32(0):
            pair = left << np.uint32(16) | right
            held = slots[np.uint32(pair * FIRST) >> shift]
            if held >> _HALF != np.uint64(pair):
                held = slots[np.uint32(pair * SECOND) >> shift]
            if held >> _HALF != np.uint64(pair) or held & _LOW != np.uint64(0):
                places[found] = at - 1
                found += 1
        left = right
    return found
