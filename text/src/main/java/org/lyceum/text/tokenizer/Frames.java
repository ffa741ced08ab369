package org.lyceum.text.tokenizer;

import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;

/** Reads and writes the {@link Frame} of a {@code tokenizer.json}: its {@code post_processor}. */
final class Frames {
    private Frames() {
    }

    static Frame read(TokenizerSource source, Vocabulary vocabulary) {
        var frame = read(source, source.root().path("post_processor"));
        IntStream.concat(IntStream.of(frame.before()), IntStream.of(frame.after())).forEach(id -> {
            if (id < 0 || id >= vocabulary.size()) {
                throw new UserError(
                        source.file() + " is damaged: its post-processor adds token " + id + ", which is not in the vocabulary.");
            }
        });
        return withDeclaredBeginning(source, vocabulary, frame);
    }

    private static Frame read(TokenizerSource source, JsonNode node) {
        return switch (node.path("type").asString("")) {
            case "TemplateProcessing" -> template(source, node);
            case "BertProcessing", "RobertaProcessing" ->
                new Frame(new int[]{id(source, node.path("cls"))}, new int[]{id(source, node.path("sep"))});
            case "Sequence" -> {
                var frame = Frame.NONE;
                for (var step : node.path("processors")) {
                    var next = read(source, step);
                    frame = new Frame(join(next.before(), frame.before()),
                            join(frame.after(), next.after()));
                }
                yield frame;
            }
            default -> Frame.NONE;
        };
    }

    /** {@code single}: special tokens, the text ("A"), special tokens. */
    private static Frame template(TokenizerSource source, JsonNode node) {
        var before = new Ints(4);
        var after = new Ints(4);
        boolean past = false;
        for (var part : node.path("single")) {
            if (part.path("Sequence").isObject()) {
                past = true;
            } else {
                var name = part.path("SpecialToken").path("id").asString("");
                for (var id : node.path("special_tokens").path(name).path("ids")) {
                    (past ? after : before).add(TokenizerFiles.id(source.file(), name, id));
                }
            }
        }
        return new Frame(before.toArray(), after.toArray());
    }

    private static int id(TokenizerSource source, JsonNode pair) {
        return TokenizerFiles.id(source.file(), pair.path(0).asString(""), pair.path(1));
    }

    /** Llama's and GPT-2's tokenizer classes add a beginning that only {@code tokenizer_config.json} declares, or leave it out. */
    private static Frame withDeclaredBeginning(TokenizerSource source, Vocabulary vocabulary, Frame frame) {
        var config = source.config();
        var name = source.namedTokens().get("bos_token");
        if (config == null || name == null || !config.path("add_bos_token").isBoolean()) {
            return frame;
        }
        var bos = vocabulary.id(name);
        if (bos.isEmpty()) {
            return frame;
        }
        boolean add = config.path("add_bos_token").booleanValue();
        if (add && frame.before().length == 0) {
            return new Frame(new int[]{bos.getAsInt()}, frame.after());
        }
        boolean llama = config.path("tokenizer_class").asString("").startsWith("LlamaTokenizer");
        return !add && llama && frame.before().length == 1 && frame.before()[0] == bos.getAsInt()
                ? new Frame(new int[0], frame.after())
                : frame;
    }

    private static int[] join(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    /** The {@code post_processor} that puts {@code frame} around a text, or null for none. */
    static JsonNode write(Frame frame, Vocabulary vocabulary) {
        if (frame.before().length + frame.after().length == 0) {
            return TokenizerFiles.MAPPER.nullNode();
        }
        var node = TokenizerFiles.MAPPER.createObjectNode().put("type", "TemplateProcessing");
        for (var kind : new String[]{"single", "pair"}) {
            var parts = node.putArray(kind);
            for (int sequence = 0; sequence < (kind.equals("single") ? 1 : 2); sequence++) {
                int type = sequence;
                for (int id : sequence == 0 ? frame.before() : new int[0]) {
                    parts.addObject().putObject("SpecialToken").put("id", vocabulary.token(id)).put("type_id", type);
                }
                parts.addObject().putObject("Sequence").put("id", sequence == 0 ? "A" : "B").put("type_id", type);
                for (int id : frame.after()) {
                    parts.addObject().putObject("SpecialToken").put("id", vocabulary.token(id)).put("type_id", type);
                }
            }
        }
        var specials = node.putObject("special_tokens");
        for (int id : frame.around(new int[0])) {
            var special = specials.putObject(vocabulary.token(id)).put("id", vocabulary.token(id));
            special.putArray("ids").add(id);
            special.putArray("tokens").add(vocabulary.token(id));
        }
        return node;
    }
}
