// Times houbb/sensitive-word on the words and messages of benchmarks/matching.py, by its public interface alone.
import com.github.houbb.sensitive.word.api.IWordResult;
import com.github.houbb.sensitive.word.bs.SensitiveWordBs;
import com.github.houbb.sensitive.word.support.result.WordResultHandlers;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

public final class SensitiveWord {
    private static double spent() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    /** Arguments: words, messages (one a line), repeats, spans to write. Prints peak memory in MiB and seconds of CPU time: build, each repeat. */
    public static void main(String[] given) throws Exception {
        final List<String> words = Files.readAllLines(Path.of(given[0]));
        final List<String> messages = Files.readAllLines(Path.of(given[1]));
        double began = spent();
        final SensitiveWordBs matcher = SensitiveWordBs.newInstance()
            .wordDeny(() -> words).wordAllow(() -> Collections.<String>emptyList()).init();
        final StringBuilder told = new StringBuilder().append(spent() - began);
        for (int repeat = 0; repeat <= Integer.parseInt(given[2]); repeat++) { // the first one warms up
            began = spent();
            for (String message : messages) {
                matcher.findAll(message, WordResultHandlers.raw());
            }
            if (repeat > 0) {
                told.append(' ').append(spent() - began);
            }
        }
        long kib = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            kib = line.startsWith("VmHWM") ? Long.parseLong(line.replaceAll("\\D", "")) : kib;
        }
        System.out.println(kib / 1024.0 + " " + told);
        try (PrintWriter out = new PrintWriter(given[3], "UTF-8")) {
            for (int row = 0; row < messages.size(); row++) {
                for (IWordResult each : matcher.findAll(messages.get(row), WordResultHandlers.raw())) {
                    out.println(row + " " + each.startIndex() + " " + each.endIndex());
                }
            }
        }
    }
}
