package org.lyceum.inference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.inference.SamplingConfig.WhenFull;
import org.lyceum.inference.chat.ChatMessage;
import org.lyceum.inference.chat.ChatPrompt;

/**
 * A conversation. The turns are kept as text and written for the model anew each time, which costs only the new turn because the
 * generator's cache holds the others. When the conversation outgrows the context, its oldest turns are no longer shown to the model. Not
 * for several threads at once.
 */
public final class ChatSession implements AutoCloseable {
    /** Who speaks. */
    public enum Role {
        USER, ASSISTANT
    }

    /** What someone said. */
    public record Turn(Role role, String content) {
    }

    private final LanguageModel model;
    private final SamplingConfig config;
    private final ChatPrompt template;
    private final Generator generator;
    private final List<Turn> turns = new ArrayList<>();
    private long answers;

    /** A conversation without turns. The stop strings of {@code config} hold beside the template's; the context always slides. */
    public ChatSession(LanguageModel model, SamplingConfig config) {
        this.model = model;
        this.template = ChatPrompt.of(model);
        var stops = new ArrayList<>(config.stop());
        stops.addAll(template.stops());
        this.config = config.withStop(stops).withWhenFull(WhenFull.SLIDE);
        this.generator = new Generator(model);
    }

    /** The model's answer to {@code message}, streamed to {@code listener}; both become turns, a cancelled answer as far as it came. */
    public Generation say(String message, Generator.Listener listener) {
        turns.add(new Turn(Role.USER, message));
        Generation answer;
        try {
            long seed = config.seed() + answers; // the same question asked twice may be answered differently
            answer = generator.generate(prompt(), config.withSeed(seed), template.endIds(), listener);
        } catch (RuntimeException e) {
            turns.removeLast();
            throw e;
        }
        answers++;
        turns.add(new Turn(Role.ASSISTANT, answer.text().strip()));
        return answer;
    }

    /** The turns so far. */
    public List<Turn> turns() {
        return List.copyOf(turns);
    }

    /** Forgets every turn. */
    public void reset() {
        turns.clear();
    }

    /** Writes the turns as JSON lines, each with {@code role} (user or assistant) and {@code content}. */
    public void save(Path file) {
        var lines = new StringBuilder();
        turns.forEach(turn -> lines.append(Records.toJson(turn)).append('\n'));
        WholeFiles.write(file, lines.toString());
    }

    /** Frees the cache. */
    @Override
    public void close() {
        generator.close();
    }

    /** The latest turns, from one of the user's on, that leave room for an answer (half the context at most). */
    int[] prompt() {
        int context = model.engine().config().context();
        int room = context - Math.min(config.maxTokens(), context / 2);
        int from = 0;
        while (true) {
            var ids = template.ids(turns.subList(from, turns.size()).stream()
                    .map(turn -> ChatMessage.of(turn.role() == Role.USER ? "user" : "assistant", turn.content())).toList(), List.of(), "");
            int next = from + 1;
            while (next < turns.size() && turns.get(next).role() != Role.USER) {
                next++;
            }
            if (ids.length <= room || next >= turns.size()) {
                return ids;
            }
            from = next;
        }
    }
}
