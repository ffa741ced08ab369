package org.lyceum.training.pretrain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.TrainingState;
import tools.jackson.core.JacksonException;

/**
 * Completes the fixed prompts every so many steps and after the run's last, and keeps what came out in {@code samples.jsonl}, one JSON
 * object a line.
 */
final class SampleCallback implements Callback {
    /** One completion: of {@code prompt} after {@code step} steps. */
    record Sample(long step, String prompt, String text) {
    }

    private final Path file;
    private final long every;
    private final List<String> prompts;
    private final BiFunction<String, Long, String> complete;

    /** {@code complete} takes a prompt and a seed and returns the completion. */
    SampleCallback(Path file, long every, List<String> prompts, BiFunction<String, Long, String> complete) {
        this.file = file;
        this.every = every;
        this.prompts = prompts;
        this.complete = complete;
    }

    @Override
    public void onStart(TrainingState state, long steps) {
        var kept = read(file).stream().filter(sample -> sample.step() <= state.step()).map(sample -> Records.toJson(sample) + "\n")
                .toList();
        WholeFiles.write(file, String.join("", kept));
    }

    @Override
    public TrainingState onStep(StepReport report, TrainingState state) {
        if (report.step() % every == 0 || report.lastOfRun()) {
            var lines = new StringBuilder();
            for (var prompt : prompts) {
                // The same seed each time: what changes between samples is the model.
                lines.append(Records.toJson(new Sample(report.step(), prompt, complete.apply(prompt, 0L)))).append('\n');
            }
            try {
                Files.writeString(file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw IoErrors.writing(file, e);
            }
        }
        return state;
    }

    /** The samples kept so far; a torn last line, one without its line break, is passed over. */
    static List<Sample> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            var samples = new ArrayList<Sample>();
            // Not readAllLines, which refuses a file that was cut off within a character.
            var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            for (int begin = 0, end; (end = text.indexOf('\n', begin)) >= 0; begin = end + 1) {
                samples.add(Records.fromJson(new Sample(0, "", ""), text.substring(begin, end)));
            }
            return samples;
        } catch (JacksonException | UserError e) {
            throw new UserError(file + " holds a line that is no sample; mend or delete it.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }
}
