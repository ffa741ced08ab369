package org.lyceum.inference.constraint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Constraints for JSON, for one tokenizer: every text that follows one is JSON and valid under its schema. Make one of these for a model and
 * keep it: it holds the tokenizer's bytes as a tree, and the schemas that were used last with what was found out about them. For use by any
 * threads.
 */
public final class JsonConstraints {
    private static final JsonMapper JSON = new JsonMapper();
    /** Schemas kept in mind, and the nodes of their grammars together: some 100 bytes each. */
    private static final int MOST_KEPT = 16;
    private static final long MOST_NODES = 1_000_000;
    private static final String UNWRITABLE = "This model's tokenizer has no tokens to write such JSON with.";

    private final TokenTrie trie;
    private final Map<String, GrammarConstraint> known = new LinkedHashMap<>(16, 0.75f, true); // under its own lock

    public JsonConstraints(Tokenizer tokenizer) {
        this.trie = new TokenTrie(tokenizer);
    }

    /** Any JSON object. */
    public TokenConstraint object() {
        return known("", () -> {
            var grammar = new Grammar();
            int start = grammar.rule("the object");
            grammar.define(start, new JsonGrammar(grammar).anyObject());
            return new GrammarConstraint(grammar, start, trie, UNWRITABLE);
        });
    }

    /** JSON of a schema; see {@link #schema(JsonNode)}. Throws {@link UserError} where {@code schema} is not JSON, too. */
    public TokenConstraint schema(String schema) {
        try {
            return schema(JSON.readTree(schema));
        } catch (JacksonException e) {
            throw new UserError("The schema is not JSON: " + e.getOriginalMessage() + ".", e);
        }
    }

    /**
     * JSON that is valid under {@code schema}: types, properties (in the schema's order), required, items with their number, strings with
     * their length, pattern or format, ranges of integers, enum, const, anyOf, $ref into the schema itself, recursion. Properties that the
     * schema does not name are not written.
     *
     * @throws UserError naming the first keyword that cannot be followed, or where nothing can be valid
     */
    public TokenConstraint schema(JsonNode schema) {
        return known(schema.toString(), () -> {
            var grammar = new Grammar();
            int start = new SchemaCompiler(grammar, schema).compile();
            return new GrammarConstraint(grammar, start, trie,
                    "No JSON value that this model can write is valid under the schema; see whether it asks for the impossible.");
        });
    }

    /** One schema is compiled at a time, which bounds the memory that it takes. */
    private TokenConstraint known(String key, Supplier<GrammarConstraint> maker) {
        synchronized (known) {
            var constraint = known.get(key);
            if (constraint == null) {
                try {
                    constraint = maker.get();
                } catch (StackOverflowError e) {
                    throw new UserError("The schema is nested too deeply.", e);
                }
                known.put(key, constraint);
                long nodes = known.values().stream().mapToLong(GrammarConstraint::nodes).sum();
                for (var eldest = known.values().iterator(); known.size() > MOST_KEPT || known.size() > 1 && nodes > MOST_NODES;) {
                    nodes -= eldest.next().nodes();
                    eldest.remove();
                }
            }
            return constraint;
        }
    }
}
