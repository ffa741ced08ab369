package org.lyceum.inference.constraint;

import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Schemas of every keyword that is supported, nested at random. */
final class RandomSchema {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("name", "n", "value", "is it", "größe", "say \"hi\"", "back\\slash", "😀", "a");
    private static final List<String> PATTERNS = List.of("^[a-z]{2,5}$", "\\d+", "^(red|green|blue)-\\d{1,3}$", "^\\w+@\\w+\\.(com|org)$",
            "[x-z]y*",
            "^[^a-z\\s]{3}", "^\\\\\"$", "^(?:ab|cd){2}$", "^.{4}$", "^é+[α-ω]?$", "^a|b$", "^$", "");
    /** Without email: the validator knows which top-level domains there are. */
    private static final List<String> FORMATS = List.of("date", "time", "date-time", "duration", "hostname", "ipv4", "ipv6", "uuid");

    private final RandomGenerator random;

    private RandomSchema(RandomGenerator random) {
        this.random = random;
    }

    static ObjectNode of(RandomGenerator random) {
        var maker = new RandomSchema(random);
        var schema = maker.schema(0);
        var defs = schema.putObject("$defs");
        defs.set("leaf", maker.leaf());
        var node = defs.putObject("node").put("type", "object").put("additionalProperties", false);
        node.putObject("properties").set("value", maker.leaf()).set("next",
                JSON.createObjectNode().set("anyOf", JSON.createArrayNode().add(JSON.createObjectNode().put("$ref", "#/$defs/node"))
                        .add(JSON.createObjectNode().put("type", "null"))));
        node.putArray("required").add("value").add("next");
        return schema;
    }

    private ObjectNode schema(int depth) {
        return switch (depth > 2 ? 9 : random.nextInt(9)) {
            case 0, 1, 2 -> object(depth);
            case 3, 4 -> array(depth);
            case 5 -> {
                var schema = JSON.createObjectNode();
                var any = schema.putArray("anyOf");
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    any.add(schema(depth + 1));
                }
                yield schema;
            }
            case 6 -> JSON.createObjectNode().put("$ref", random.nextBoolean() ? "#/$defs/node" : "#/$defs/leaf");
            case 7 -> random.nextInt(4) == 0 ? JSON.createObjectNode().put("description", "anything") : leaf();
            default -> leaf();
        };
    }

    private ObjectNode object(int depth) {
        var schema = JSON.createObjectNode().put("type", "object");
        if (random.nextInt(8) == 0) {
            schema.set("additionalProperties", schema(depth + 1));
            return schema;
        }
        var properties = schema.putObject("properties");
        for (int i = random.nextInt(5); i > 0; i--) {
            properties.set(NAMES.get(random.nextInt(NAMES.size())), schema(depth + 1));
        }
        var required = schema.putArray("required");
        properties.propertyNames().forEach(name -> {
            if (random.nextInt(3) > 0) {
                required.add(name);
            }
        });
        return schema.put("additionalProperties", false);
    }

    private ObjectNode array(int depth) {
        var schema = JSON.createObjectNode().put("type", "array");
        schema.set("items", schema(depth + 1));
        int least = random.nextInt(4);
        if (random.nextBoolean()) {
            schema.put("minItems", least);
        }
        return random.nextBoolean() ? schema.put("maxItems", least + random.nextInt(3)) : schema;
    }

    private ObjectNode leaf() {
        var schema = JSON.createObjectNode();
        int least = random.nextInt(6);
        switch (random.nextInt(13)) {
            case 0 -> schema.put("type", "string");
            case 1 -> schema.put("type", "string").put("minLength", least).put("maxLength", least + random.nextInt(5));
            case 2 -> schema.put("type", "string").put("minLength", least);
            case 3, 4 -> schema.put("type", "string").put("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
            case 5 -> schema.put("type", "string").put("format", FORMATS.get(random.nextInt(FORMATS.size())));
            case 6 -> schema.put("type", "integer");
            case 7 -> {
                long low = random.nextLong(-2000, 2000);
                schema.put("type", "integer").put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", low);
                if (random.nextBoolean()) {
                    schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", low + 2 + random.nextInt(3000));
                }
            }
            case 8 -> schema.put("type", "number");
            case 9 -> schema.put("type", "boolean");
            case 10 -> schema.putArray("type").add("null").add("integer");
            case 11 -> schema.put("const", NAMES.get(random.nextInt(NAMES.size())));
            default -> schema.putArray("enum").add("red").add("grün").add(3).addNull().add(JSON.createObjectNode().put("a", 1));
        }
        return schema;
    }
}
