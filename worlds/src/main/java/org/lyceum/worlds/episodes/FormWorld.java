package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A form over several pages, with links, fields, and buttons that are or are not there. One sees the page that is open, as HTML. Tasks and
 * actions on named elements are after MiniWoB++ (Shi et al. 2017; Liu et al. 2018). What is entered is taken for granted to be right; the
 * form itself asks only that nothing is empty.
 */
final class FormWorld implements EpisodeWorld {
    private static final int PAGE = 0;
    private static final int STATE = 1;
    private static final int ON_SHOW = 2;
    private static final int SENT = 1;
    private static final int GIVEN_UP = 2;

    /** What a field is. */
    enum Control {
        TEXT, SELECT, CHECK
    }

    /** A field: its page, the variable that it is, the variable of what is right, and what may be entered (its values from 1). */
    record Field(String label, Control control, int page, int variable, int right, List<String> entries) {
        /** The value of an entry; the last one if it is none of those that are right in some world. */
        int of(String entry) {
            int i = entries.indexOf(entry);
            return i < 0 ? entries.size() + 1 : i + 1;
        }
    }

    private final List<String> pages;
    private final List<Field> fields;
    private final int sender;
    private final int shower;
    private final int shown;
    private final List<Integer> senders;
    private final List<Integer> showers;
    private final Task task;
    private final Tongue tongue;
    private final Map<List<Integer>, List<Action>> menus = new HashMap<>();

    /**
     * {@code sender} and {@code shower} are the variables of the pages with the two buttons, {@code senders} and {@code showers} the pages
     * where they may be (one more is none), {@code shown} the variable of the number that is shown.
     */
    FormWorld(List<String> pages, List<Field> fields, int sender, int shower, int shown, List<Integer> senders, List<Integer> showers,
            Task task,
            Tongue tongue) {
        this.pages = pages;
        this.fields = List.copyOf(fields);
        this.sender = sender;
        this.shower = shower;
        this.shown = shown;
        this.senders = senders;
        this.showers = showers;
        this.task = task;
        this.tongue = tongue;
    }

    @Override
    public Kind kind() {
        return Kind.FORM;
    }

    @Override
    public Task task() {
        return task;
    }

    private boolean asksNumber() {
        return fields.size() > 2;
    }

    private String send() {
        return tongue.say("Send", "Enviar");
    }

    private String show() {
        return tongue.say("Show number", "Ver número");
    }

    private String reset() {
        return tongue.say("Reset", "Borrar todo");
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private String click(String text) {
        return tongue.say("click ", "pulsar ") + quoted(text);
    }

    @Override
    public String instruction() {
        var lines = new ArrayList<String>();
        lines.add(tongue.say("Fill in the form and send it. Enter this:", "Rellena el formulario y envíalo. Introduce esto:"));
        for (var field : fields) {
            int right = task.start().settled()[field.right()];
            lines.add("- " + quoted(field.label()) + ": " + (field.control() == Control.TEXT && fields.indexOf(field) == 2
                    ? tongue.say("the button " + quoted(show()) + " shows it, on the page ",
                            "lo muestra el botón " + quoted(show()) + " en la página ")
                            + named(showers)
                    : field.control() == Control.CHECK
                            ? task.variables().get(field.variable()).values().get(right)
                            : quoted(task.variables().get(field.variable()).values().get(right))));
        }
        lines.add(tongue.say("The pages: ", "Las páginas: ")
                + IntStream.range(0, pages.size()).mapToObj(p -> quoted(pages.get(p)) + (fields.stream()
                        .anyMatch(f -> f.page() == p)
                                ? tongue.say(" with ", " con ")
                                        + tongue.list(fields.stream().filter(f -> f.page() == p).map(f -> quoted(f.label())).toList(),
                                                "and", "y")
                                : ""))
                        .collect(Collectors.joining("; "))
                + ".");
        lines.add(tongue.say("The button ", "El botón ") + quoted(send()) + tongue.say(" is on the page ", " está en la página ")
                + named(senders)
                + tongue.say("; it works when every field is filled in.", "; funciona cuando no queda ningún campo vacío."));
        var note = task.note();
        if (note != null) {
            lines.add(tongue.told(note, task.policy()));
        }
        lines.add(tongue.say(
                "Commands: click \"TEXT\"; type \"TEXT\" into \"FIELD\"; select \"OPTION\" in \"FIELD\"; check \"FIELD\"; give up (if it cannot "
                        + "be sent).",
                "Órdenes: pulsar \"TEXTO\"; escribir \"TEXTO\" en \"CAMPO\"; elegir \"OPCIÓN\" en \"CAMPO\"; marcar \"CAMPO\"; rendirse (si no se puede "
                        + "enviar)."));
        return String.join("\n", lines);
    }

    private String named(List<Integer> some) {
        return tongue.list(some.stream().map(p -> p == pages.size() ? tongue.say("none", "ninguna") : quoted(pages.get(p))).toList(), "or",
                "o");
    }

    @Override
    public List<Action> menu(int[] settled) {
        var key = new ArrayList<>(List.of(settled[PAGE]));
        fields.forEach(f -> key.add(settled[f.variable()]));
        return menus.computeIfAbsent(key, _ -> {
            var menu = new ArrayList<Action>();
            for (int p = 0; p < pages.size(); p++) {
                menu.add(open(p));
            }
            for (var field : fields) {
                if (field.page() == settled[PAGE]) {
                    field.entries().forEach(entry -> menu.add(enter(field, field.control(), entry, settled)));
                }
            }
            menu.add(show(settled));
            menu.add(reset(settled));
            menu.add(send(settled));
            menu.add(new Action(tongue.giveUp(), List.of(),
                    List.of(new Presupposition.Holds(Atom.is(sender, pages.size()), button(send(), false))),
                    List.of(Atom.is(STATE, GIVEN_UP)), List.of(), null, true));
            return List.copyOf(menu);
        });
    }

    private Action open(int page) {
        return Action.looking(click(pages.get(page)), List.of(), List.of(Atom.is(PAGE, page)), visible(page), null);
    }

    /** What a page shows of what is hidden: which buttons are on it. */
    private List<Atom> visible(int page) {
        return List.of(Atom.is(sender, page), Atom.is(shower, page));
    }

    private String button(String label, boolean here) {
        return here
                ? tongue.say("there is a button " + quoted(label) + " on this page", "hay un botón " + quoted(label) + " en esta página")
                : tongue.say("there is no button " + quoted(label) + " on any page",
                        "no hay ningún botón " + quoted(label) + " en ninguna página");
    }

    private String verb(Control control, String entry, String label) {
        return switch (control) {
            case TEXT ->
                tongue.say("type " + quoted(entry) + " into " + quoted(label), "escribir " + quoted(entry) + " en " + quoted(label));
            case SELECT ->
                tongue.say("select " + quoted(entry) + " in " + quoted(label), "elegir " + quoted(entry) + " en " + quoted(label));
            case CHECK -> tongue.say("check ", "marcar ") + quoted(label);
        };
    }

    private String kind(Control control) {
        return switch (control) {
            case TEXT -> tongue.say("a text field ", "un campo de texto ");
            case SELECT -> tongue.say("a list ", "una lista ");
            case CHECK -> tongue.say("a box to check ", "una casilla ");
        };
    }

    private Presupposition.Missing missing(String english, String spanish, int[] settled) {
        return new Presupposition.Missing(tongue.say("there is " + english + " on this page", "hay " + spanish + " en esta página"),
                place(settled));
    }

    private Action enter(Field field, Control as, String entry, int[] settled) {
        var text = verb(as, entry, field.label());
        if (field.page() != settled[PAGE] || field.control() != as) {
            return Action.doing(text, List.of(missing(kind(as) + quoted(field.label()), kind(as) + quoted(field.label()), settled)),
                    List.of());
        }
        if (as == Control.SELECT && !field.entries().contains(entry)) {
            return Action.doing(text, List.of(new Presupposition.Missing(
                    tongue.say("there is an option " + quoted(entry), "hay una opción " + quoted(entry)), place(settled))), List.of());
        }
        int value = field.of(entry);
        return Action.doing(text, List.of(), List.of(Atom.is(field.variable(), value))).claiming(List.of(right(field, value, entry)));
    }

    private Presupposition right(Field field, int value, String entry) {
        var says = tongue.say("what belongs into " + quoted(field.label()) + " is " + quoted(entry),
                "lo que va en " + quoted(field.label()) + " es " + quoted(entry));
        return value <= field.entries().size()
                ? new Presupposition.Holds(Atom.is(field.right(), value), says)
                : new Presupposition.Another(field.right(), says);
    }

    private Action show(int[] settled) {
        var values = new ArrayList<Atom>();
        for (int v = 0; v < task.variables().get(shown).values().size(); v++) {
            values.add(Atom.is(shown, v));
        }
        return Action.looking(click(show()), List.of(new Presupposition.Holds(Atom.is(shower, settled[PAGE]), button(show(), true))),
                List.of(Atom.is(ON_SHOW, 1)), values, null);
    }

    private Action reset(int[] settled) {
        return Action.doing(click(reset()), List.of(), fields.stream().map(f -> Atom.is(f.variable(), 0)).toList());
    }

    private Action send(int[] settled) {
        var needs = new ArrayList<Presupposition>();
        needs.add(new Presupposition.Holds(Atom.is(sender, settled[PAGE]), button(send(), true)));
        var claims = new ArrayList<Presupposition>();
        for (var field : fields) {
            int value = settled[field.variable()];
            needs.add(new Presupposition.Holds(Atom.not(field.variable(), 0), quoted(field.label())
                    + tongue.say(" is filled in", " no está vacío")));
            if (value > 0) {
                claims.add(right(field, value, task.variables().get(field.variable()).values().get(value)));
            }
        }
        return Action.doing(click(send()), needs, List.of(Atom.is(STATE, SENT))).claiming(claims);
    }

    @Override
    public Optional<Action> parse(String command, int[] settled) {
        var text = Tongue.plain(command);
        if (tongue.givesUp(text)) {
            return Optional.of(menu(settled).getLast());
        }
        for (var action : menu(settled)) {
            if (action.text().equals(text)) {
                return Optional.of(action);
            }
        }
        var click = Pattern.compile(tongue.say("click", "pulsar") + " \"([^\"]*)\"").matcher(text);
        if (click.matches()) {
            return Optional.of(Action.doing(text, List.of(missing("a button or link " + quoted(click.group(1)),
                    "un botón o enlace " + quoted(click.group(1)), settled)), List.of()));
        }
        for (var control : Control.values()) {
            var pattern = Pattern.compile(control == Control.CHECK
                    ? tongue.say("check", "marcar") + " \"(?<label>[^\"]*)\""
                    : tongue.say(control == Control.TEXT ? "type" : "select", control == Control.TEXT ? "escribir" : "elegir")
                            + " \"(?<entry>[^\"]*)\" " + tongue.say(control == Control.TEXT ? "into" : "in", "en")
                            + " \"(?<label>[^\"]*)\"");
            var matcher = pattern.matcher(text);
            if (matcher.matches()) {
                var label = matcher.group("label");
                var entry = control == Control.CHECK ? "" : matcher.group("entry");
                return Optional
                        .of(fields.stream().filter(f -> f.label().equals(label)).findFirst().map(f -> enter(f, control, entry, settled))
                                .orElseGet(() -> Action.doing(text,
                                        List.of(missing(kind(control) + quoted(label), kind(control) + quoted(label), settled)),
                                        List.of())));
            }
        }
        return Optional.empty();
    }

    @Override
    public String observe(@Nullable Action action, int[] values) {
        return dom(values).html();
    }

    private Dom dom(int[] values) {
        if (values[STATE] == SENT) {
            return Dom.of("body", Dom.of("p", tongue.say("Thank you. The form was sent.", "Gracias. El formulario se ha enviado.")));
        }
        if (values[STATE] == GIVEN_UP) {
            return Dom.of("body", Dom.of("p", tongue.say("You give up.", "Te rindes.")));
        }
        var body = new ArrayList<Dom>();
        body.add(Dom.of("h1", pages.get(values[PAGE])));
        body.add(Dom.of("nav", pages.stream().map(p -> Dom.of("a", p)).toArray(Dom[]::new)));
        for (var field : fields) {
            if (field.page() == values[PAGE]) {
                body.add(Dom.of("label", new Dom.Text(field.label() + " "), control(field, values[field.variable()])));
            }
        }
        if (values[shower] == values[PAGE]) {
            body.add(Dom.of("button", show()));
            if (values[ON_SHOW] == 1) {
                body.add(Dom.of("p",
                        tongue.say("Customer number: ", "Número de cliente: ") + task.variables().get(shown).values().get(values[shown])
                                + " (" + tongue.day(Task.RECORDED) + ")"));
            }
        }
        body.add(Dom.of("button", reset()));
        if (values[sender] == values[PAGE]) {
            boolean works = fields.stream().allMatch(f -> values[f.variable()] > 0);
            body.add(works ? Dom.of("button", send()) : Dom.with(Dom.of("button", send()), "disabled", ""));
        }
        return Dom.of("body", body.toArray(Dom[]::new));
    }

    private Dom control(Field field, int value) {
        var entry = task.variables().get(field.variable()).values().get(value);
        return switch (field.control()) {
            case TEXT -> {
                var input = Dom.with(Dom.of("input"), "type", "text");
                yield value == 0 ? input : Dom.with(input, "value", entry);
            }
            case CHECK -> {
                var box = Dom.with(Dom.of("input"), "type", "checkbox");
                yield value == 0 ? box : Dom.with(box, "checked", "");
            }
            case SELECT -> Dom.of("select", Stream.concat(Stream.of(""), field.entries().stream())
                    .map(e -> e.equals(value == 0 ? "" : entry) ? Dom.with(Dom.of("option", e), "selected", "") : Dom.of("option", e))
                    .toArray(Dom[]::new));
        };
    }

    @Override
    public String place(int[] settled) {
        return pages.get(settled[PAGE]);
    }

    @Override
    public List<Atom> looks(int[] settled) {
        return visible(settled[PAGE]);
    }

    @Override
    public boolean over(int[] settled) {
        return settled[STATE] != 0;
    }

    @Override
    public boolean succeeded(int[] values) {
        return values[STATE] == SENT
                ? fields.stream().allMatch(f -> values[f.variable()] == values[f.right()])
                : values[STATE] == GIVEN_UP && values[sender] == pages.size();
    }

    @Override
    public List<String> mistakes(int[] values) {
        var mistakes = new ArrayList<String>();
        mistakes.add(click(tongue.say("Save", "Guardar")));
        mistakes.add(verb(Control.TEXT, "2001", tongue.say("Telephone", "Teléfono")));
        if (values[sender] != values[PAGE]) {
            mistakes.add(click(send()));
        }
        if (asksNumber() && values[shower] != values[PAGE]) {
            mistakes.add(click(show()));
        }
        for (var field : fields) {
            for (int i = 0; i < field.entries().size(); i++) {
                if (field.page() != values[PAGE] || i + 1 != values[field.right()]) {
                    mistakes.add(verb(field.control(), field.entries().get(i), field.label()));
                }
            }
            if (field.control() == Control.TEXT && field.page() == values[PAGE]) {
                mistakes.add(verb(field.control(), "1066", field.label()));
            }
        }
        return mistakes;
    }

    @Override
    public String picture(int[] values) {
        return "<div class=\"screen\" inert>"
                + dom(values).html().replaceFirst("<body>", "").replaceFirst("</body>", "").replace("<h1>", "<h4>")
                        .replace("</h1>", "</h4>").replace("<a>", "<a style=\"margin-right:1em;text-decoration:underline\">")
                + "</div>";
    }
}
