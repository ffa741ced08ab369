package org.lyceum.app;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.episodes.EpisodeWorld;
import picocli.CommandLine.Option;

/** Which episodes: what the verbs about them have in common. */
final class EpisodeOptions {
    @Option(names = "--seed", paramLabel = "N", description = "Of the first episode of each kind; the next has the next (${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(names = "--world", split = ",", paramLabel = "KIND", description = "grid, form, shell (all three).")
    List<EpisodeWorld.Kind> kinds = List.of(EpisodeWorld.Kind.values());

    @Option(names = "--difficulty", paramLabel = "1|2|3", description = "How much there is and how much of it is hidden (${DEFAULT-VALUE}).")
    int difficulty = 1;

    @Option(names = "--episodes", paramLabel = "N", description = "Of each kind (1 to write, 20 to compare agents).")
    private @Nullable Integer episodes;

    /** How many of each kind, {@code usual} where nothing was said. */
    int episodes(int usual) {
        if (episodes != null && episodes < 1) {
            throw UserError.usage("--episodes cannot be below 1.");
        }
        return episodes == null ? usual : episodes;
    }
}
