package org.lyceum.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code lyceum}: verbs in groups, and what holds for all of them. */
@Command(name = "lyceum", description = "Train small transformers from raw text and talk to them, on this "
        + "machine.", mixinStandardHelpOptions = true, versionProvider = Lyceum.Version.class, synopsisSubcommandLabel = "VERB", footer = {
                "", "Examples:",
                "  lyceum quickstart",
                "  lyceum pretrain --data corpus.txt --out runs/mine --depth 6",
                "  lyceum generate --model runs/first --prompt \"A kind of\"",
                "  lyceum chat --model runs/first",
                "  lyceum VERB --help"})
public final class Lyceum implements Runnable {
    /** The verbs, in the order and under the headings in which {@code --help} shows them. */
    private static final Map<String, List<Class<?>>> VERBS = new LinkedHashMap<>();
    static {
        VERBS.put("Start", List.of(Quickstart.class));
        VERBS.put("Train", List.of(Pretrain.class, EncoderVerb.class, Run.class, TokenizerVerb.class, VectorsVerb.class));
        VERBS.put("Use a model",
                List.of(Pull.class, Generate.class, Score.class, Classify.class, Chat.class, Serve.class, Convert.class, Translate.class));
        VERBS.put("Measure", List.of(Evaluate.class, WorldsVerb.class, Bench.class));
        VERBS.put("Shell", List.of(Completion.class));
    }

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    private Lyceum() {
    }

    public static void main(String[] arguments) {
        var out = new PrintWriter(new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
        var err = new PrintWriter(new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8), true);
        int status = run(out, err, arguments);
        out.flush();
        System.exit(status);
    }

    /** Runs the command and returns its exit status: 0 done, 1 failed, 2 wrong usage. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /** The whole command line, for running it and for the completion script. */
    static CommandLine commandLine() {
        var lyceum = new Lyceum();
        var line = new CommandLine(lyceum);
        VERBS.values().forEach(group -> group.forEach(line::addSubcommand));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false); // a prompt may well begin with @
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Failures::wrongUsage);
        line.setExecutionExceptionHandler((failure, verb, _) -> Failures.failed(failure, verb, lyceum.debug));
        line.getHelpSectionMap().remove(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING); // each group has its own
        line.getHelpSectionMap().put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, inGroups());
        return line;
    }

    /** Without a verb: what there is. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(),
                "Name a verb: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }

    private static IHelpSectionRenderer inGroups() {
        return help -> {
            var text = new StringBuilder();
            VERBS.forEach((heading, verbs) -> {
                text.append('\n').append(heading).append(":\n");
                for (var subcommand : help.subcommands().values()) {
                    if (verbs.contains(subcommand.commandSpec().userObject().getClass())) {
                        text.append("  %-12s %s%n".formatted(subcommand.commandSpec().name(),
                                String.join(" ", subcommand.commandSpec().usageMessage().description())));
                    }
                }
            });
            return text.toString();
        };
    }

    /** What {@code --version} says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var properties = new Properties();
            try (var in = Lyceum.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new String[]{"lyceum " + properties.getProperty("version") + " (libtorch presets " + properties.getProperty("libtorch")
                    + ", Java " + Runtime.version() + ")"};
        }
    }
}
