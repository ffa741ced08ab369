package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A form over several pages, with links, fields, and buttons that are or are not there. One sees the page that is open, as HTML. Tasks and
 * actions on named elements are after MiniWoB++ (Shi et al. 2017; Liu et al. 2018). What is entered is taken for granted to be right; the
 * form itself asks only that nothing is empty.
 */
final class FormWorld implements EpisodeWorld {
    static final int PAGE = 0;
    static final int STATE = 1;
    static final int ON_SHOW = 2;
    static final int SENT = 1;
    static final int GIVEN_UP = 2;

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
    private final Task task;
    private final Tongue tongue;
    private final FormSights sights;
    private final Map<List<Integer>, List<Action>> menus = new HashMap<>();

    /** A form as {@code sights} shows it. */
    FormWorld(FormSights sights) {
        this.sights = sights;
        this.pages = sights.pages();
        this.fields = sights.fields();
        this.sender = sights.sender();
        this.shower = sights.shower();
        this.task = sights.task();
        this.tongue = sights.tongue();
    }

    @Override
    public Kind kind() {
        return Kind.FORM;
    }

    @Override
    public Task task() {
        return task;
    }

    @Override
    public String instruction() {
        return sights.instruction();
    }

    @Override
    public String observe(@Nullable Action action, int[] values) {
        return sights.page(values).html();
    }

    @Override
    public String picture(int[] values) {
        return sights.picture(values);
    }

    private boolean asksNumber() {
        return fields.size() > 2;
    }

    private String click(String text) {
        return tongue.say("click ", "pulsar ") + FormSights.quoted(text);
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
                    List.of(new Presupposition.Holds(Atom.is(sender, pages.size()), button(sights.send(), false))),
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
                ? tongue.say("there is a button " + FormSights.quoted(label) + " on this page",
                        "hay un botón " + FormSights.quoted(label) + " en esta página")
                : tongue.say("there is no button " + FormSights.quoted(label) + " on any page",
                        "no hay ningún botón " + FormSights.quoted(label) + " en ninguna página");
    }

    private String verb(Control control, String entry, String label) {
        return switch (control) {
            case TEXT ->
                tongue.say("type " + FormSights.quoted(entry) + " into " + FormSights.quoted(label),
                        "escribir " + FormSights.quoted(entry) + " en " + FormSights.quoted(label));
            case SELECT ->
                tongue.say("select " + FormSights.quoted(entry) + " in " + FormSights.quoted(label),
                        "elegir " + FormSights.quoted(entry) + " en " + FormSights.quoted(label));
            case CHECK -> tongue.say("check ", "marcar ") + FormSights.quoted(label);
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
            return Action.doing(text,
                    List.of(missing(kind(as) + FormSights.quoted(field.label()), kind(as) + FormSights.quoted(field.label()), settled)),
                    List.of());
        }
        if (as == Control.SELECT && !field.entries().contains(entry)) {
            return Action.doing(text, List.of(new Presupposition.Missing(
                    tongue.say("there is an option " + FormSights.quoted(entry), "hay una opción " + FormSights.quoted(entry)),
                    place(settled))), List.of());
        }
        int value = field.of(entry);
        return Action.doing(text, List.of(), List.of(Atom.is(field.variable(), value))).claiming(List.of(right(field, value, entry)));
    }

    private Presupposition right(Field field, int value, String entry) {
        var says = tongue.say("what belongs into " + FormSights.quoted(field.label()) + " is " + FormSights.quoted(entry),
                "lo que va en " + FormSights.quoted(field.label()) + " es " + FormSights.quoted(entry));
        return value <= field.entries().size()
                ? new Presupposition.Holds(Atom.is(field.right(), value), says)
                : new Presupposition.Another(field.right(), says);
    }

    private Action show(int[] settled) {
        var values = new ArrayList<Atom>();
        for (int v = 0; v < task.variables().get(sights.shown()).values().size(); v++) {
            values.add(Atom.is(sights.shown(), v));
        }
        return Action.looking(click(sights.show()),
                List.of(new Presupposition.Holds(Atom.is(shower, settled[PAGE]), button(sights.show(), true))),
                List.of(Atom.is(ON_SHOW, 1)), values, null);
    }

    private Action reset(int[] settled) {
        return Action.doing(click(sights.reset()), List.of(), fields.stream().map(f -> Atom.is(f.variable(), 0)).toList());
    }

    private Action send(int[] settled) {
        var needs = new ArrayList<Presupposition>();
        needs.add(new Presupposition.Holds(Atom.is(sender, settled[PAGE]), button(sights.send(), true)));
        var claims = new ArrayList<Presupposition>();
        for (var field : fields) {
            int value = settled[field.variable()];
            needs.add(new Presupposition.Holds(Atom.not(field.variable(), 0), FormSights.quoted(field.label())
                    + tongue.say(" is filled in", " no está vacío")));
            if (value > 0) {
                claims.add(right(field, value, task.variables().get(field.variable()).values().get(value)));
            }
        }
        return Action.doing(click(sights.send()), needs, List.of(Atom.is(STATE, SENT))).claiming(claims);
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
            return Optional.of(Action.doing(text, List.of(missing("a button or link " + FormSights.quoted(click.group(1)),
                    "un botón o enlace " + FormSights.quoted(click.group(1)), settled)), List.of()));
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
                                        List.of(missing(kind(control) + FormSights.quoted(label), kind(control) + FormSights.quoted(label),
                                                settled)),
                                        List.of())));
            }
        }
        return Optional.empty();
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
            mistakes.add(click(sights.send()));
        }
        if (asksNumber() && values[shower] != values[PAGE]) {
            mistakes.add(click(sights.show()));
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
}
