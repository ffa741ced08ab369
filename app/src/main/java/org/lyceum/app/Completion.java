package org.lyceum.app;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lyceum completion}. */
@Command(name = "completion", description = "Print a script that completes this command in bash "
        + "and zsh.", mixinStandardHelpOptions = true, footer = {
                "", "Example:", "  source <(lyceum completion)"})
final class Completion implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("lyceum", Lyceum.commandLine()));
        out.flush();
        return 0;
    }
}
