package org.lyceum.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.study.StudyReport.Part;

/**
 * One run of a study: where its data are and where its results go. Its folder holds {@code recipe.yaml} (what was asked for), {@code
 * cells.jsonl} (what is done so far), the pictures, {@code figures.json} and {@code report.html}.
 */
public final class StudyRun {
    private static final String ASKED = "recipe.yaml";
    private static final String FIGURES = "figures.json";

    private final Path folder;
    private final Function<String, Path> data;
    private final Consumer<String> say;
    private final CellLog cells;
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<Part> parts = new ArrayList<>();

    private StudyRun(Path folder, Function<String, Path> data, Consumer<String> say, CellLog cells) {
        this.folder = folder;
        this.data = data;
        this.say = say;
        this.cells = cells;
    }

    /**
     * Begins a run in {@code folder}, or goes on with the one that is there.
     *
     * @param configuration what is asked for; a folder in which something else was asked for is refused
     * @param data the file or folder of a relative path; throws {@link UserError} saying what to fetch where it is not there
     * @param say takes lines for the user
     */
    public static StudyRun open(Path folder, Record configuration, Function<String, Path> data, Consumer<String> say) {
        var asked = Records.toYaml(configuration);
        var note = folder.resolve(ASKED);
        try {
            if (!Files.exists(note)) {
                if (Files.isDirectory(folder) && !isEmpty(folder)) {
                    throw new UserError(
                            folder + " holds something else than a run of this recipe; choose another --out, or move that folder away.");
                }
                WholeFiles.write(note, asked);
            } else if (!Files.readString(note).equals(asked)) {
                throw new UserError(
                        folder + " holds a run of another version of this recipe; choose another --out, or move that folder away.");
            }
        } catch (IOException e) {
            throw IoErrors.reading(note, e);
        }
        return new StudyRun(folder, data, say, CellLog.open(folder));
    }

    /**
     * A run in {@code folder} for work that keeps its own account of what was asked and done there: the page and the figures are written anew.
     *
     * @param say takes lines for the user
     */
    public static StudyRun page(Path folder, Consumer<String> say) {
        return new StudyRun(folder, folder::resolve, say, CellLog.open(folder));
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Where results are kept. */
    public Path folder() {
        return folder;
    }

    /** A file or folder of the recipe's data, by its path within them; throws {@link UserError} that says what to fetch. */
    public Path data(String relative) {
        return data.apply(relative);
    }

    /** Tells the user how far it is. */
    public void say(String line) {
        say.accept(line);
    }

    /**
     * A part of the work whose figures are worth keeping, one training for instance. A run that goes on reads what is done and does the rest.
     *
     * @param key of this part alone, the same in every run
     * @param work gives its figures; NaN is kept as NaN
     */
    public Map<String, Double> cell(String key, Supplier<Map<String, Double>> work) {
        var known = cells.get(key);
        if (known != null) {
            return known;
        }
        var done = Collections.unmodifiableMap(new LinkedHashMap<>(work.get()));
        cells.put(key, done);
        return done;
    }

    /** A result that a claim of the recipe may speak of. */
    public void figure(String name, double value) {
        figures.put(name, value);
    }

    /** The results so far, in order. */
    public Map<String, Double> figures() {
        return Collections.unmodifiableMap(figures);
    }

    /** A paragraph of the report under a heading; no heading where that is empty. */
    public void text(String heading, String paragraph) {
        parts.add(new Part.Text(heading, paragraph));
    }

    /** Text of the report whose white space counts, a prompt for instance. */
    public void code(String text) {
        parts.add(new Part.Code(text));
    }

    /** A table of the report, and on the terminal. */
    public void table(String title, List<String> header, List<List<String>> rows) {
        var table = new Part.Table(title, header, rows);
        parts.add(table);
        say.accept(title);
        table.plain().forEach(say);
    }

    /** A picture of the report, and as a file of its own ({@code recall.svg}). */
    public void picture(String file, String title, String svg) {
        WholeFiles.write(folder.resolve(file), svg);
        parts.add(new Part.Picture(title, svg));
    }

    /**
     * Writes the report and the figures.
     *
     * @param title of the page
     * @param description what is studied
     * @param configuration as it was run
     * @param verdicts a line for each claim
     * @return the report
     */
    public Path finish(String title, String description, Record configuration, List<String> verdicts) {
        WholeFiles.write(folder.resolve(FIGURES), Records.toJson(finite(figures)) + "\n");
        return StudyReport.write(folder, title, description, figures, parts, verdicts, Records.toYaml(configuration));
    }

    private static Map<String, Object> finite(Map<String, Double> figures) {
        var sayable = new LinkedHashMap<String, Object>();
        figures.forEach((name, value) -> sayable.put(name, Double.isFinite(value) ? value : String.valueOf(value)));
        return sayable;
    }
}
