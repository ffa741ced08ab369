package org.lyceum.langchain4j;

import java.nio.file.Path;
import java.time.Duration;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.chat.ChatPrompt;
import org.lyceum.inference.constraint.JsonConstraints;
import org.lyceum.inference.serving.Scheduler;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.tensor.DType;

/**
 * A language model in this process and the scheduler that shares it among requests: what {@link LyceumChatModel} and
 * {@link LyceumStreamingChatModel} stand on. Load it once; any number of them may share it.
 *
 * <pre>{@code
 * try (var model = LyceumModel.load(Path.of("SmolLM2-135M-Instruct"))) {
 *     System.out.println(new LyceumChatModel(model).chat("Hello!"));
 * }
 * }</pre>
 */
public final class LyceumModel implements AutoCloseable {
    private final String name;
    private final LanguageModel model;
    private final Scheduler scheduler;
    private final ChatPrompt prompt;
    private final JsonConstraints constraints;

    /**
     * Takes {@code model} over until it is closed, and closes it then.
     *
     * @param name what responses say that they come from
     */
    public LyceumModel(String name, LanguageModel model, SchedulerConfig config) {
        this(name, model, config, ChatPrompt.of(model));
    }

    LyceumModel(String name, LanguageModel model, SchedulerConfig config, ChatPrompt prompt) {
        this.name = name;
        this.model = model;
        this.prompt = prompt;
        constraints = new JsonConstraints(model.tokenizer());
        scheduler = new Scheduler(model, config);
    }

    /** The model at {@code path}, as {@link LanguageModel#load(Path)} takes it, with f32 products, up to 8 answers at once. */
    public static LyceumModel load(Path path) {
        return load(path, DType.F32);
    }

    /**
     * Reads a model.
     *
     * @param matmulType the number format of matrix products, F32 or BF16
     * @throws org.lyceum.foundation.UserError if there is none, or it is damaged
     */
    public static LyceumModel load(Path path, DType matmulType) {
        var name = path.getFileName();
        return new LyceumModel(name == null ? path.toString() : name.toString(), LanguageModel.load(path, matmulType),
                SchedulerConfig.DEFAULT);
    }

    /** What responses say that they come from. */
    public String name() {
        return name;
    }

    LanguageModel model() {
        return model;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    ChatPrompt prompt() {
        return prompt;
    }

    JsonConstraints constraints() {
        return constraints;
    }

    /** Ends what is being answered and frees the model. */
    @Override
    public void close() {
        scheduler.shutdown(Duration.ZERO);
        model.close();
    }
}
