package org.lyceum.app;

import java.util.List;
import org.lyceum.worlds.Document;
import org.lyceum.worlds.World;
import picocli.CommandLine.Option;

/** Which world, and what is written about it: what the verbs about worlds have in common. */
final class WorldOptions {
    @Option(names = "--seed", paramLabel = "N", description = "Of everything in the world (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--size", paramLabel = "N", description = "People in the world, from 4 (${DEFAULT-VALUE}).")
    private int size = 30;

    @Option(names = "--documents", split = ",", paramLabel = "KIND", description = "story, entry, dialogue: what is written about each person "
            + "(story and entry).")
    List<Document.Kind> documents = List.of(Document.Kind.STORY, Document.Kind.ENTRY);

    /** The world. Throws {@link org.lyceum.foundation.UserError} for one that is too small. */
    World world() {
        return World.of(seed, size);
    }
}
