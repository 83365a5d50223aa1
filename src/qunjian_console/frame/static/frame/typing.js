// While somebody types in a form marked data-while-typing="part", the part is drawn anew from the form's own answer.
(() => {
  const PAUSE = 350;
  const answer = async (form, again) => {
    const body = new URLSearchParams(new FormData(form));
    again.abort?.abort();
    again.abort = new AbortController();
    try {
      const got = await fetch(form.dataset.typingAddress || form.action || location.href, {
        method: "POST", body, signal: again.abort.signal, headers: { "X-Typing": form.dataset.whileTyping },
      });
      if (got.redirected || !got.ok) return;
      const fresh = new DOMParser().parseFromString(await got.text(), "text/html").getElementById(form.dataset.whileTyping);
      if (!fresh) return;
      document.getElementById(form.dataset.whileTyping).replaceWith(document.adoptNode(fresh));
      form.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
    } catch { /* cut off by newer typing, or the server is away: the next key asks again */ }
  };
  document.querySelectorAll("form[data-while-typing]").forEach((form) => {
    const again = {};
    form.addEventListener("input", () => {
      clearTimeout(again.timer);
      again.timer = setTimeout(() => answer(form, again), PAUSE);
    });
  });
})();
