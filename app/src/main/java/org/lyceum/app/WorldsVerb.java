package org.lyceum.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lyceum worlds}: text and questions about a world whose truth is known. */
@Command(name = "worlds", mixinStandardHelpOptions = true, subcommands = {WorldsGenerate.class, WorldsLevels.class, WorldsEpisodes.class,
        WorldsAgents.class}, description = "Texts and questions about "
                + "invented worlds whose truth is known.", footer = {"", "Example:",
                        "  lyceum worlds generate --seed 1 --size 30 --out world.html --format page",
                        "  lyceum worlds episodes --seed 1 --out episodes.html --format page"})
final class WorldsVerb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: generate, levels, episodes or agents.");
    }
}
