package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Markup;

/**
 * Folders and files under a small shell, whose commands take names in the current folder. One sees what commands print; what is in a
 * folder only {@code ls} tells. Text in, text out, with commands that may be inadmissible, is after TextWorld (Côté et al. 2018) and
 * ALFWorld (Shridhar et al. 2021).
 */
final class ShellWorld implements EpisodeWorld {
    static final int HERE = 0;
    static final int GIVEN_UP = 1;
    static final int ANSWER = 2;
    static final int DELETED = 3;
    static final int RIGHT = 4;
    static final int CONTENT = 5;
    static final int FILE = 6;
    static final int TAR = 7;

    private static final String ARCHIVE = "backup.tar";
    private static final Pattern ECHO = Pattern.compile("echo +\"?([^\">]*?)\"? *> *(\\S+)");

    private final List<String> folders;
    private final List<String> files;
    private final List<Integer> candidates;
    private final int destination;
    private final Task task;
    private final Tongue tongue;
    private final Map<Integer, List<Action>> menus = new HashMap<>();

    /**
     * {@code files}, of which the first is the one that matters, are variables from {@link #FILE}, with the archive between; {@code
     * destination} is -1 if it stays.
     */
    ShellWorld(List<String> folders, List<String> files, List<Integer> candidates, int destination, Task task, Tongue tongue) {
        this.folders = folders;
        this.files = files;
        this.candidates = candidates;
        this.destination = destination;
        this.task = task;
        this.tongue = tongue;
    }

    @Override
    public Kind kind() {
        return Kind.SHELL;
    }

    @Override
    public Task task() {
        return task;
    }

    private String file() {
        return files.getFirst();
    }

    private int inArchive() {
        return folders.size();
    }

    private int nowhere() {
        return folders.size() + 1;
    }

    private int variable(String name) {
        int i = files.indexOf(name);
        return name.equals(ARCHIVE) ? TAR : i < 0 ? -1 : i == 0 ? FILE : TAR + i;
    }

    @Override
    public String instruction() {
        var lines = new ArrayList<String>();
        lines.add(tongue.say("Write the code that is in " + file() + " into /answer.txt",
                "Escribe el código que hay en " + file() + " en /answer.txt")
                + (destination < 0 ? "." : tongue.say(", and move " + file() + " to /archive.", ", y mueve " + file() + " a /archive.")));
        lines.add(tongue.say("Folders: ", "Carpetas: ") + String.join(" ", folders) + ".");
        lines.add(file() + tongue.say(" is ", " está ") + tongue.list(candidates.stream().map(this::placed).toList(), "or", "o") + ".");
        lines.add(ARCHIVE + tongue.say(" is ", " está ") + placed(task.start().settled()[TAR]) + ".");
        var note = task.note();
        if (note != null) {
            lines.add(tongue.told(note, task.policy()));
        }
        lines.add(tongue.say(
                "Commands, with names in the current folder: cd FOLDER; ls; pwd; cat FILE; mv FILE FOLDER; rm FILE; tar tf " + ARCHIVE
                        + " (list it); tar xf " + ARCHIVE
                        + " FILE (extract here); echo CODE > /answer.txt (nothing else can be written); give up (if the "
                        + "file is nowhere).",
                "Órdenes, con nombres de la carpeta actual: cd CARPETA; ls; pwd; cat ARCHIVO; mv ARCHIVO CARPETA; rm ARCHIVO; tar tf "
                        + ARCHIVE
                        + " (ver qué hay); tar xf " + ARCHIVE
                        + " ARCHIVO (sacarlo aquí); echo CÓDIGO > /answer.txt (no se puede escribir nada "
                        + "más); rendirse (si el archivo no está en ningún sitio)."));
        return String.join("\n", lines);
    }

    private String placed(int place) {
        return place == nowhere()
                ? tongue.say("nowhere", "en ningún sitio")
                : tongue.say("in ", "en ") + (place == inArchive() ? ARCHIVE : folders.get(place));
    }

    @Override
    public List<Action> menu(int[] settled) {
        return menus.computeIfAbsent(settled[HERE], here -> {
            var menu = new ArrayList<Action>();
            IntStream.range(0, folders.size()).filter(f -> f != here).forEach(f -> menu.add(cd(folders.get(f), f)));
            menu.add(ls(here));
            menu.add(Action.doing("pwd", List.of(), List.of()));
            files.forEach(name -> menu.add(cat(name, here)));
            menu.add(mv(file(), destination < 0 ? 0 : destination, here));
            menu.add(rm(file(), here));
            menu.add(Action.looking("tar tf " + ARCHIVE, List.of(lies(ARCHIVE, here)), List.of(), List.of(Atom.is(FILE, inArchive())),
                    ARCHIVE));
            menu.add(extract(file(), here));
            task.variables().get(RIGHT).values().subList(1, 4).forEach(code -> menu.add(echo(code)));
            menu.add(new Action(tongue.giveUp(), List.of(),
                    List.of(new Presupposition.Holds(Atom.is(FILE, nowhere()),
                            file() + tongue.say(" is nowhere", " no está en ningún sitio"))),
                    List.of(Atom.is(GIVEN_UP, 1)), List.of(), null, true));
            return List.copyOf(menu);
        });
    }

    private static Action cd(String text, int folder) {
        return Action.doing("cd " + text, List.of(), List.of(Atom.is(HERE, folder)));
    }

    private Action ls(int here) {
        return Action.looking("ls", List.of(), List.of(), List.of(Atom.is(FILE, here)), folders.get(here));
    }

    /** That a file is in the current folder; of the file that matters the worlds tell, of the others only who has looked knows. */
    private Presupposition lies(String name, int here) {
        int variable = variable(name);
        var says = name + tongue.say(" is in ", " está en ") + folders.get(here);
        return variable < 0
                ? new Presupposition.Missing(says, folders.get(here))
                : new Presupposition.Holds(Atom.is(variable, here), says, variable == FILE || variable == TAR ? null : folders.get(here));
    }

    private Action cat(String name, int here) {
        var looks = new ArrayList<Atom>();
        for (int v = 0; name.equals(file()) && v < task.variables().get(CONTENT).values().size(); v++) {
            looks.add(Atom.is(CONTENT, v));
        }
        return Action.looking("cat " + name, List.of(lies(name, here)), List.of(), looks, null);
    }

    private Action mv(String name, int to, int here) {
        int variable = variable(name);
        return Action.doing("mv " + name + " " + folders.get(to), List.of(lies(name, here)),
                variable < 0 ? List.of() : List.of(Atom.is(variable, to)));
    }

    private Action rm(String name, int here) {
        int variable = variable(name);
        return Action.doing("rm " + name, List.of(lies(name, here)), variable < 0
                ? List.of()
                : variable == FILE ? List.of(Atom.is(FILE, nowhere()), Atom.is(DELETED, 1)) : List.of(Atom.is(variable, nowhere())));
    }

    private Action extract(String name, int here) {
        var says = name + tongue.say(" is in ", " está en ") + ARCHIVE;
        return Action.doing("tar xf " + ARCHIVE + " " + name, List.of(lies(ARCHIVE, here), name.equals(file())
                ? new Presupposition.Holds(Atom.is(FILE, inArchive()), says)
                : new Presupposition.Missing(says, ARCHIVE)), name.equals(file()) ? List.of(Atom.is(FILE, here)) : List.of());
    }

    private Action echo(String code) {
        int value = task.variables().get(RIGHT).of(code);
        int last = task.variables().get(RIGHT).values().size() - 1;
        var says = tongue.say("the right code is ", "el código correcto es ") + code;
        boolean known = value > 0 && value < last;
        return Action.doing("echo " + code + " > /answer.txt", List.of(), List.of(Atom.is(ANSWER, known ? value : last)))
                .claiming(List.of(known ? new Presupposition.Holds(Atom.is(RIGHT, value), says) : new Presupposition.Another(RIGHT, says)));
    }

    private Action refused(String text, String says) {
        return Action.doing(text, List.of(new Presupposition.Missing(says, "")), List.of());
    }

    @Override
    public Optional<Action> parse(String command, int[] settled) {
        var text = command.strip().replaceFirst("^\\$ *", "").replaceAll("\\s+", " ");
        if (tongue.givesUp(Tongue.plain(text))) {
            return Optional.of(menu(settled).getLast());
        }
        int here = settled[HERE];
        for (var action : menu(settled)) {
            if (action.text().equals(text)) {
                return Optional.of(action);
            }
        }
        Matcher echo = ECHO.matcher(text);
        if (echo.matches()) {
            return Optional.of(echo.group(2).equals("/answer.txt") || echo.group(2).equals("answer.txt") && here == 0
                    ? echo(echo.group(1))
                    : refused(text, echo.group(2) + tongue.say(" can be written", " se puede escribir")));
        }
        var words = text.split(" ");
        if (words.length == 2 && words[0].equals("cd")) {
            int folder = folders.indexOf(resolve(words[1], folders.get(here)));
            return Optional.of(folder >= 0 ? cd(words[1], folder) : noFolder(text, words[1]));
        }
        if (words.length == 2 && words[0].equals("cat")) {
            return Optional.of(cat(words[1], here));
        }
        if (words.length == 2 && words[0].equals("rm")) {
            return Optional.of(rm(words[1], here));
        }
        if (words.length == 3 && words[0].equals("mv")) {
            int folder = folders.indexOf(resolve(words[2], folders.get(here)));
            return Optional.of(folder >= 0 ? mv(words[1], folder, here) : noFolder(text, words[2]));
        }
        if (words.length == 3 && text.startsWith("tar tf ")) {
            return Optional.of(Action.doing(text, List.of(lies(words[2], here), new Presupposition.Missing(
                    words[2] + tongue.say(" is an archive", " es un archivo tar"), "")), List.of()));
        }
        if (words.length == 4 && text.startsWith("tar xf ")) {
            return Optional.of(words[2].equals(ARCHIVE)
                    ? extract(words[3], here)
                    : Action.doing(text, List.of(lies(words[2], here), new Presupposition.Missing(
                            words[2] + tongue.say(" is an archive", " es un archivo tar"), "")), List.of()));
        }
        return Optional.empty();
    }

    private Action noFolder(String text, String folder) {
        return refused(text, tongue.say("there is a folder ", "hay una carpeta ") + folder);
    }

    /** The whole path of {@code path}, seen from {@code here}. */
    private static String resolve(String path, String here) {
        var parts = new ArrayList<String>();
        for (var part : ((path.startsWith("/") ? "" : here + "/") + path).split("/")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    @Override
    public String observe(@Nullable Action action, int[] values) {
        if (values[GIVEN_UP] == 1) {
            return tongue.say("You give up.", "Te rindes.");
        }
        var words = action == null ? new String[]{""} : action.text().split(" ");
        var printed = switch (words[0]) {
            case "ls" -> listing(values[HERE], values);
            case "pwd" -> folders.get(values[HERE]);
            case "cat" -> words[1].equals(file())
                    ? code(values[CONTENT])
                    : words[1].equals(ARCHIVE)
                            ? tongue.say("(binary data)", "(datos binarios)")
                            : tongue.say("(no code in it)", "(no hay ningún código)");
            case "tar" -> words[1].equals("tf") ? contents(values) : "";
            default -> "";
        };
        return (printed.isEmpty() ? "" : printed + "\n") + folders.get(values[HERE]) + " $";
    }

    private String code(int value) {
        return tongue.say("code: ", "código: ") + task.variables().get(CONTENT).values().get(value) + " (" + tongue.day(Task.RECORDED)
                + ")";
    }

    private String contents(int[] values) {
        return values[FILE] == inArchive() ? file() : tongue.say("(empty)", "(vacío)");
    }

    private String listing(int folder, int[] values) {
        var path = folders.get(folder);
        var below = folders.stream().filter(f -> f.length() > 1 && f.startsWith(path.equals("/") ? "/" : path + "/")
                && f.indexOf('/', path.equals("/") ? 1 : path.length() + 1) < 0).map(f -> f.substring(f.lastIndexOf('/') + 1) + "/");
        var names = new ArrayList<>(below.toList());
        IntStream.range(0, files.size()).filter(i -> values[variable(files.get(i))] == folder).forEach(i -> names.add(files.get(i)));
        if (values[TAR] == folder) {
            names.add(ARCHIVE);
        }
        if (folder == 0 && values[ANSWER] != 0) {
            names.add("answer.txt");
        }
        return names.isEmpty() ? tongue.say("(empty)", "(vacío)") : names.stream().sorted().collect(Collectors.joining("  "));
    }

    @Override
    public String place(int[] settled) {
        return "";
    }

    @Override
    public List<Atom> looks(int[] settled) {
        return List.of();
    }

    @Override
    public boolean over(int[] settled) {
        return settled[GIVEN_UP] == 1 || settled[ANSWER] != 0 && (destination < 0 || settled[FILE] == destination);
    }

    @Override
    public boolean succeeded(int[] values) {
        return values[DELETED] == 0 && (values[GIVEN_UP] == 1
                ? values[FILE] == nowhere()
                : values[ANSWER] == values[RIGHT] && (destination < 0 || values[FILE] == destination));
    }

    @Override
    public List<String> mistakes(int[] values) {
        var mistakes = new ArrayList<String>();
        mistakes.add("cat password.txt");
        mistakes.add("cd /secret");
        for (var name : files) {
            if (values[variable(name)] != values[HERE]) {
                mistakes.add("cat " + name);
                mistakes.add("mv " + name + " /archive");
            }
        }
        if (values[FILE] != inArchive()) {
            mistakes.add("tar xf " + ARCHIVE + " " + file());
        }
        var codes = task.variables().get(RIGHT).values();
        IntStream.range(1, 4).filter(v -> v != values[RIGHT]).forEach(v -> mistakes.add("echo " + codes.get(v) + " > /answer.txt"));
        mistakes.add("echo 1066 > /answer.txt");
        return mistakes;
    }

    @Override
    public String picture(int[] values) {
        return "<pre>" + IntStream.range(0, folders.size())
                .mapToObj(f -> (f == values[HERE] ? "→ " : "  ") + Markup.escape(folders.get(f) + "   "
                        + listing(f, values) + (values[TAR] == f ? "   (" + ARCHIVE + ": " + contents(values) + ")" : "")))
                .collect(Collectors.joining("\n")) + "</pre>";
    }
}
