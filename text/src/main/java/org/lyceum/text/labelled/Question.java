package org.lyceum.text.labelled;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * A question whose answer stands in a text.
 *
 * @param question what is asked
 * @param context the text that holds the answer
 * @param start the first character of the answer in {@code context}, in UTF-16 units
 * @param end one past its last
 * @param line where in its file it stands, from 1
 */
public record Question(String question, String context, int start, int end, long line) {
    /** The answer itself. */
    public String answer() {
        return context.substring(start, end);
    }

    /**
     * Reads JSON lines with {@code question}, {@code context}, {@code answer} and {@code answer_start} (in UTF-16 units; without it, the
     * first place where the answer stands).
     *
     * @throws UserError with the line whose answer does not stand in its text, or lacks a field
     */
    public static List<Question> read(Path file) {
        var questions = new ArrayList<Question>();
        long line = 0;
        for (var row : TextLines.read(file, "utf-8").split("\n", -1)) {
            line++;
            if (row.isBlank()) {
                continue;
            }
            var object = LabelledFile.object(file, row, line);
            var context = LabelledFile.text(file, object, "context", line).asString();
            var answer = LabelledFile.text(file, object, "answer", line).asString();
            int start = object.has("answer_start")
                    ? LabelledFile.text(file, object, "answer_start", line).asInt(-1)
                    : context.indexOf(answer);
            if (answer.isEmpty() || start < 0 || !context.startsWith(answer, start)) {
                throw new UserError(file + ": the answer on line " + line + " does not stand in its context"
                        + (object.has("answer_start") ? " at answer_start" : "") + "; mend or leave out that line.");
            }
            questions
                    .add(new Question(LabelledFile.text(file, object, "question", line).asString(), context, start, start + answer.length(),
                            line));
        }
        if (questions.isEmpty()) {
            throw new UserError(file + " holds no questions; name a file with a JSON object a line.");
        }
        return questions;
    }
}
