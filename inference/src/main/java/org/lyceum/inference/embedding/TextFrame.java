package org.lyceum.inference.embedding;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;

/**
 * The tokens around a text, {@code [CLS]} … {@code [SEP]} for instance, as the {@code post_processor} of a {@code tokenizer.json} asks for.
 *
 * @param before those in front of it
 * @param after those behind it
 */
record TextFrame(int[] before, int[] after) {
    private static final TextFrame NONE = new TextFrame(new int[0], new int[0]);

    /** Of a {@code tokenizer.json}; {@code name} is what a sentence about it says. */
    static TextFrame of(JsonNode tokenizer, Object name) {
        return read(tokenizer.path("post_processor"), name);
    }

    private static TextFrame read(JsonNode processor, Object name) {
        return switch (processor.path("type").asString("none")) {
            case "none", "ByteLevel" -> NONE;
            case "BertProcessing", "RobertaProcessing" ->
                new TextFrame(new int[]{id(processor.path("cls").path(1), name)}, new int[]{id(processor.path("sep").path(1), name)});
            case "TemplateProcessing" -> template(processor, name);
            case "Sequence" -> processor.path("processors").valueStream().map(part -> read(part, name)).filter(part -> part != NONE)
                    .reduce((a, b) -> {
                        throw new UserError(name + " frames a text twice (post_processor); Lyceum knows no such model.");
                    }).orElse(NONE);
            default -> throw new UserError(
                    name + " has a post_processor of the type " + processor.path("type") + ", which Lyceum does not know.");
        };
    }

    private static TextFrame template(JsonNode processor, Object name) {
        var before = IntStream.builder();
        var after = IntStream.builder();
        boolean seen = false;
        for (var piece : processor.path("single")) {
            if (piece.has("Sequence")) {
                seen = true;
                continue;
            }
            var special = piece.path("SpecialToken").path("id").asString("");
            for (var id : processor.path("special_tokens").path(special).path("ids")) {
                (seen ? after : before).add(id(id, name));
            }
        }
        if (!seen) {
            throw new UserError(name + " has a post_processor without a place for the text; fetch the model again.");
        }
        return new TextFrame(before.build().toArray(), after.build().toArray());
    }

    private static int id(JsonNode node, Object name) {
        if (!node.isInt() || node.intValue() < 0) {
            throw new UserError(name + " has a post_processor whose token " + node + " is no id; fetch the model again.");
        }
        return node.intValue();
    }

    /** The number of tokens that it adds. */
    int size() {
        return before.length + after.length;
    }

    /** At most {@code most} ids: the frame around the beginning of {@code text}. */
    int[] around(int[] text, int most) {
        int kept = Math.min(text.length, Math.max(0, most - size()));
        var framed = Arrays.copyOf(before, kept + size());
        System.arraycopy(text, 0, framed, before.length, kept);
        System.arraycopy(after, 0, framed, before.length + kept, after.length);
        return framed;
    }
}
