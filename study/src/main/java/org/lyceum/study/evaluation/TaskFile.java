package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Digest;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.study.evaluation.Task.Kind;
import org.lyceum.training.finetune.FineTuningConfig;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a task's YAML in the vocabulary of EleutherAI's lm-evaluation-harness (its {@code docs/task_guide.md}). What it says with Python
 * ({@code !function}) is refused; what only changes how results are listed is passed over.
 */
final class TaskFile {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern PYTHON = Pattern.compile("(?m)^.*!function\\s+(\\S+).*$");
    /** Keys that change nothing here. */
    private static final Set<String> IDLE = Set.of("task_alias", "group", "group_alias", "training_split",
            "should_decontaminate",
            "doc_to_decontamination_query", "metadata", "version", "include", "unsafe_code", "use_prompt");
    private static final Set<String> READ = Set.of("task", "tag", "dataset_path", "dataset_name", "dataset_kwargs", "validation_split",
            "test_split",
            "fewshot_split", "doc_to_text", "doc_to_target", "doc_to_choice", "output_type", "metric_list", "num_fewshot", "fewshot_config",
            "fewshot_delimiter", "target_delimiter", "description", "filter_list", "generation_kwargs", "repeats", "group_by", "doc_to_id",
            "doc_to_passage", "doc_to_source", "num_contexts", "fine_tune");
    private static final Set<String> TUNING = Set.of("epochs", "batch", "context", "learning_rate", "dropout", "pooling", "seeds");
    private static final Set<String> DATASET = Set.of("data_files", "sample_by", "document_start", "field", "data_dir");
    private static final Set<String> METRIC = Set.of("metric", "aggregation", "higher_is_better", "ignore_case", "ignore_punctuation",
            "regexes_to_ignore", "hf_evaluate", "weight_by_size");
    private static final Set<String> GENERATION = Set.of("until", "do_sample", "temperature", "max_gen_toks", "max_tokens");
    private static final Set<String> FILTER_STEP = Set.of("function", "regex_pattern", "group_select", "fallback", "k");
    private static final List<String> BUILDERS = List.of("json", "csv", "text", "pairs", "parallel", "judged", "smart");
    private static final int TOKENS = 256;
    private static final int CONTEXTS = 16;
    private static final int SEEDS = 3;
    private static final int RANKED = 10;

    private final ObjectNode tree;
    private final Where where;

    private TaskFile(ObjectNode tree, Where where) {
        this.tree = tree;
        this.where = where;
    }

    /**
     * The task of a file.
     *
     * @param name what to call the file
     * @param yaml what it holds
     * @param include gives the text of a file that it includes, by the name that it writes
     * @throws UserError naming file, line and what is wrong
     */
    static Task read(String name, String yaml, UnaryOperator<String> include) {
        var tree = JsonNodeFactory.instance.objectNode();
        var lines = new LinkedHashMap<String, Integer>();
        lay(tree, lines, name, yaml, include, 0);
        return new TaskFile(tree, new Where(name, lines)).task();
    }

    private static void lay(ObjectNode tree, Map<String, Integer> lines, String name, String yaml, UnaryOperator<String> include,
            int depth) {
        var python = PYTHON.matcher(yaml);
        if (python.find()) {
            long line = yaml.substring(0, python.start()).lines().count() + 1;
            throw UserError.usage(name + ", line " + line + ": !function " + python.group(1)
                    + " is Python, which is not run here; say it in Jinja, or write its result into the data.");
        }
        ObjectNode own;
        try {
            if (!(YAML.readTree(yaml) instanceof ObjectNode object)) {
                throw UserError.usage(name + " must hold keys and values, one 'key: value' a line.");
            }
            own = object;
            if (own.get("include") instanceof JsonNode base && depth < 8) {
                lay(tree, lines, base.asString(), include.apply(base.asString()), include, depth + 1);
                lines.clear(); // they are another file's
            }
            lines.putAll(YamlLines.of(yaml));
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw UserError.usage(name + " is not valid YAML" + (at == null ? "" : " at line " + at.getLineNr()) + ".");
        }
        own.properties().forEach(each -> tree.set(each.getKey(), each.getValue()));
    }

    private Task task() {
        known(tree, "", READ, IDLE);
        var name = text("task", "");
        if (name.isEmpty()) {
            throw where.wrong("task", "the task has no name; give it one: 'task: NAME'.");
        }
        var kind = kind();
        var shotsDelimiter = text("fewshot_delimiter", "\n\n");
        var choices = template("doc_to_choice");
        var target = template("doc_to_target");
        needs(kind, target, choices);
        var context = template("doc_to_text");
        return new Task(name, where, digest(), tags(), kind, data(), context != null
                ? context
                : Template.of("doc_to_text",
                        JsonNodeFactory.instance.stringNode(""), where),
                target, choices, text("description", ""), number("num_fewshot", 0),
                text("fewshot_config.sampler", "default").equals("first_n"), shotsDelimiter, text("target_delimiter", " "), metrics(kind),
                filters(kind), generation(kind, shotsDelimiter), tree.has("group_by") ? text("group_by", "") : null, own(kind));
    }

    private Task.Own own(Kind kind) {
        var options = tree.path("fine_tune");
        known(options, "fine_tune.", TUNING, Set.of());
        int contexts = number("num_contexts", CONTEXTS);
        int seeds = options.path("seeds").asInt(SEEDS);
        if (contexts < 1 || seeds < 1) {
            throw where.wrong(contexts < 1 ? "num_contexts" : "fine_tune.seeds", "there must be at least 1.");
        }
        var usual = FineTuningConfig.DEFAULT;
        var written = options.path("pooling").asString("");
        var pooling = Arrays.stream(Lesson.Pooling.values()).filter(each -> each.key().equals(written)).findFirst().orElse(null);
        if (pooling == null && options.has("pooling")) {
            throw where.wrong("fine_tune.pooling", "pooling is cls or mean of an encoder, last or mean of a decoder.");
        }
        try {
            var config = new FineTuningConfig(options.path("epochs").asInt(usual.epochs()), options.path("batch").asInt(usual.batch()),
                    options.path("context").asInt(usual.context()), options.path("learning_rate").asDouble(usual.learningRate()),
                    usual.warmup(), usual.weightDecay(), usual.clip(), options.path("dropout").asDouble(usual.dropout()), usual.train(), 1,
                    usual.seed());
            return new Task.Own(template("doc_to_source"), template("doc_to_id"), template("doc_to_passage"), contexts, seeds,
                    new Lesson.Tuning(config, pooling));
        } catch (UserError e) {
            throw where.wrong("fine_tune", String.valueOf(e.getMessage()));
        }
    }

    private void known(JsonNode node, String path, Set<String> keys, Set<String> idle) {
        for (var key : node.propertyNames()) {
            if (!keys.contains(key) && !idle.contains(key)) {
                var all = new ArrayList<>(keys);
                all.addAll(idle);
                throw where.wrong(path + key, "unknown key '" + key + "'; " + Nearest.hint(key, all));
            }
        }
    }

    private Kind kind() {
        var written = text("output_type", "generate_until");
        return Arrays.stream(Kind.values()).filter(kind -> kind.key().equals(written)).findFirst()
                .orElseThrow(() -> where.wrong("output_type",
                        "there is no output_type '" + written + "'; "
                                + Nearest.hint(written, Arrays.stream(Kind.values()).map(Kind::key).toList())));
    }

    private void needs(Kind kind, @Nullable Template target, @Nullable Template choices) {
        if (kind.chooses() && choices == null) {
            throw where.wrong("output_type", kind.key() + " needs doc_to_choice, which says what is chosen from.");
        }
        // The first choice is the right one; ages stand in columns of their own; a judgement says itself how relevant a passage is.
        boolean itself = kind == Kind.MINIMAL_PAIRS || kind == Kind.AGE_OF_ACQUISITION || kind == Kind.RETRIEVAL;
        if (kind == Kind.TRANSLATION && !tree.has("doc_to_source")) {
            throw where.wrong("output_type", "translation needs doc_to_source, which says what is translated.");
        }
        if (target == null && !itself) {
            throw where.wrong("output_type", kind.key() + " needs doc_to_target, which says what is right.");
        }
    }

    private @Nullable Template template(String key) {
        return tree.get(key) instanceof JsonNode node && !node.isNull() ? Template.of(key, node, where) : null;
    }

    private List<String> tags() {
        var tag = tree.path("tag");
        return tag.isArray() ? tag.valueStream().map(JsonNode::asString).toList() : tag.isString() ? List.of(tag.asString()) : List.of();
    }

    private TaskData data() {
        var options = tree.path("dataset_kwargs");
        known(options, "dataset_kwargs.", DATASET, Set.of());
        var builder = text("dataset_path", "json");
        var files = new LinkedHashMap<String, List<String>>();
        var split = text("test_split", text("validation_split", ""));
        var written = options.path("data_files");
        if (written.isObject()) {
            written.properties().forEach(each -> files.put(each.getKey(), texts(each.getValue())));
        } else if (!written.isMissingNode()) {
            files.put("train", texts(written)); // as the datasets library calls the only split of plain files
        } else if (!BUILDERS.contains(builder)) {
            for (var name : List.of("train", "validation", "test", text("test_split", "test"), text("fewshot_split", "train"))) {
                files.put(name, List.of()); // found by their names
            }
        }
        if (files.isEmpty()) {
            throw where.wrong("dataset_path", "the task names no files; give dataset_kwargs.data_files, relative to the data folder, or a "
                    + "folder as dataset_path.");
        }
        if (split.isEmpty()) {
            split = files.containsKey("test") ? "test" : files.containsKey("validation") ? "validation" : files.keySet().iterator().next();
        }
        var shots = text("fewshot_split", text("training_split", split));
        for (var each : List.of(split, shots)) {
            if (!files.containsKey(each)) {
                throw where.wrong(each.equals(split) ? "test_split" : "fewshot_split", "there are no files of the split '" + each + "'; "
                        + Nearest.hint(each, files.keySet()));
            }
        }
        Pattern start = null;
        if (options.get("document_start") instanceof JsonNode pattern) {
            start = pattern("dataset_kwargs.document_start", pattern.asString());
        }
        return new TaskData(where, builder, tree.has("dataset_name") ? text("dataset_name", "") : null, files, split, shots,
                options.path("sample_by").asString("line"), start,
                options.has("field") ? options.path("field").asString() : null,
                tree.path("metadata").path("fetch").asString(""));
    }

    private List<Metric> metrics(Kind kind) {
        var possible = Metric.of(kind);
        var list = new ArrayList<Metric>();
        int at = 0;
        for (var node : tree.path("metric_list").values()) {
            var path = "metric_list." + at++ + ".";
            known(node, path, METRIC, Set.of());
            var written = node.path("metric").asString("");
            int cut = written.indexOf('@');
            var name = cut < 0 ? written : written.substring(0, cut);
            var found = Arrays.stream(Metric.Name.values()).filter(each -> each.key().equals(name)).findFirst().filter(possible::contains);
            list.add(new Metric(
                    found.orElseThrow(() -> where.wrong(path + "metric", "there is no metric '" + written + "' of " + kind.key() + "; "
                            + Nearest.hint(name, possible.stream().map(Metric.Name::key).toList()))),
                    node.path("ignore_case").asBoolean(false), node.path("ignore_punctuation").asBoolean(false),
                    texts(node.path("regexes_to_ignore")).stream().map(each -> pattern(path + "regexes_to_ignore", each)).toList(),
                    at(path + "metric", found.get(), cut < 0 ? "" : written.substring(cut + 1))));
        }
        if (!list.isEmpty()) {
            return list;
        }
        var usual = possible.stream()
                .filter(name -> name.key().startsWith("acc") || name.key().contains("per") || name == Metric.Name.EXACT_MATCH
                        || name == Metric.Name.SPEARMAN || name == Metric.Name.MISSING || name.isOfRankings()
                        || kind == Kind.TRANSLATION);
        return usual.map(Metric::of).toList();
    }

    /** The 10 of {@code ndcg@10}. */
    private int at(String key, Metric.Name name, String written) {
        boolean counts = name.isOfRankings();
        if (!counts && !written.isEmpty() || counts && !written.matches("[0-9]{0,3}")) {
            throw where.wrong(key, name.key() + " takes " + (counts ? "a number behind @, ndcg@10 for instance." : "no @."));
        }
        int at = counts ? written.isEmpty() ? RANKED : Integer.parseInt(written) : 0;
        if (counts && (at < 1 || at > Retrieval.DEPTH)) {
            throw where.wrong(key, "the number behind @ goes from 1 to " + Retrieval.DEPTH + ".");
        }
        return at;
    }

    private Pattern pattern(String key, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw where.wrong(key, "'" + regex + "' is no regular expression: " + e.getDescription() + ".");
        }
    }

    private List<Filter> filters(Kind kind) {
        if (kind != Kind.GENERATE_UNTIL && kind != Kind.TRANSLATION) {
            return List.of(Filter.PLAIN); // others choose, so that there is no text to filter
        }
        var chains = new ArrayList<Filter>();
        int at = 0;
        for (var node : tree.path("filter_list").values()) {
            var path = "filter_list." + at++;
            known(node, path + ".", Set.of("name", "filter"), Set.of());
            int step = 0;
            for (var each : node.path("filter").values()) {
                known(each, path + ".filter." + step++ + ".", FILTER_STEP, Set.of());
            }
            chains.add(Filter.of(node, path, where));
        }
        return chains.isEmpty() ? List.of(Filter.PLAIN) : chains;
    }

    private Task.Generation generation(Kind kind, String shotsDelimiter) {
        var options = tree.path("generation_kwargs");
        known(options, "generation_kwargs.", GENERATION, Set.of());
        var until = options.has("until")
                ? texts(options.path("until"))
                : kind == Kind.GENERATE_UNTIL || kind == Kind.TRANSLATION ? List.of(shotsDelimiter) : List.<String>of();
        boolean sampled = options.path("do_sample").asBoolean(options.has("temperature"));
        return new Task.Generation(until.stream().filter(each -> !each.isEmpty()).toList(),
                options.path("max_gen_toks").asInt(options.path("max_tokens").asInt(TOKENS)),
                sampled ? options.path("temperature").asDouble(1) : 0, repeats(kind));
    }

    private int repeats(Kind kind) {
        int repeats = number("repeats", 1);
        if (repeats < 1 || repeats > 1 && kind != Kind.GENERATE_UNTIL) {
            throw where.wrong("repeats", "repeats is how many texts generate_until draws for each document, at least 1; " + kind.key()
                    + " gives the same answer each time.");
        }
        return repeats;
    }

    private static List<String> texts(JsonNode node) {
        return node.isArray()
                ? node.valueStream().map(JsonNode::asString).toList()
                : node.isMissingNode() ? List.of() : List.of(node.asString());
    }

    private String text(String path, String otherwise) {
        JsonNode node = tree;
        for (var key : path.split("\\.")) {
            node = node.path(key);
        }
        if (node.isContainer()) {
            throw where.wrong(path, path + " takes text, not " + node + ".");
        }
        return node.isMissingNode() || node.isNull() ? otherwise : node.asString();
    }

    private int number(String key, int otherwise) {
        var node = tree.path(key);
        if (!node.isMissingNode() && !(node.isInt() && node.intValue() >= 0)) {
            throw where.wrong(key, key + " takes a whole number, not " + node + ".");
        }
        return node.asInt(otherwise);
    }

    private String digest() {
        return Digest.sha256(tree.toString()).substring(0, 16);
    }
}
