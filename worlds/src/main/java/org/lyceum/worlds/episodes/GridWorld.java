package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Gender;
import org.lyceum.worlds.episodes.GridPlan.Door;
import org.lyceum.worlds.episodes.GridPlan.Item;
import org.lyceum.worlds.episodes.GridPlan.Spot;

/**
 * Rooms, doors and keys. One sees the room in which one is, but not into what is closed. Tasks, doors and keys are after MiniGrid
 * (Chevalier-Boisvert et al. 2023) and BabyAI (Chevalier-Boisvert et al. 2019); that commands name things, so that they can name what is
 * not there, is after TextWorld (Côté et al. 2018).
 */
final class GridWorld implements EpisodeWorld {
    static final int AT = 0;
    private static final int GIVEN_UP = 1;
    private static final int OPEN = 0;
    private static final int CLOSED = 1;
    private static final int LOCKED = 2;
    private static final int[][] STEPS = {{0, -1}, {0, 1}, {1, 0}, {-1, 0}};

    private final GridPlan plan;
    private final Task task;
    private final Tongue tongue;
    private final String noDoor;
    private final String noKey;
    private final int carried;
    private final Map<List<Integer>, List<Action>> menus = new HashMap<>();

    /** {@code noDoor} and {@code noKey} are names of things that there are not. */
    GridWorld(GridPlan plan, Task task, Tongue tongue, String noDoor, String noKey) {
        this.plan = plan;
        this.task = task;
        this.tongue = tongue;
        this.noDoor = noDoor;
        this.noKey = noKey;
        this.carried = plan.spots().size();
    }

    @Override
    public Kind kind() {
        return Kind.GRID;
    }

    @Override
    public Task task() {
        return task;
    }

    private Item target() {
        return plan.items().getFirst();
    }

    private String direction(int i) {
        return switch (i) {
            case 0 -> tongue.say("north", "norte");
            case 1 -> tongue.say("south", "sur");
            case 2 -> tongue.say("east", "este");
            default -> tongue.say("west", "oeste");
        };
    }

    @Override
    public String instruction() {
        var lines = new ArrayList<String>();
        lines.add(tongue.say("You are in a house. Your task: pick up ", "Estás en una casa. Tu tarea: coger ") + target().name() + ".");
        lines.add(tongue.say("The plan (# wall, + door, . floor; a place is its column and its row, counted from 0 at the top left):",
                "El plano (# pared, + puerta, . suelo; un lugar es su columna y su fila, contadas desde 0 arriba a la izquierda):"));
        for (int y = 0; y < plan.height(); y++) {
            int row = y;
            lines.add(IntStream.range(0, plan.width()).mapToObj(x -> plan.room(x, row) >= 0 ? "." : plan.door(x, row) >= 0 ? "+" : "#")
                    .collect(Collectors.joining()));
        }
        for (int r = 0; r < plan.rooms().size(); r++) {
            int room = r;
            var at = plan.rooms().get(r);
            lines.add(capital(at.name()) + tongue.say(": from ", ": desde ") + GridMaker.cell(4 * at.column() + 1, 4 * at.row() + 1)
                    + tongue.say(" to ", " hasta ") + GridMaker.cell(4 * at.column() + 3, 4 * at.row() + 3)
                    + tongue.say(", with ", ", con ")
                    + tongue.list(
                            plan.spots().stream().filter(s -> s.room() == room).map(s -> s.name() + " " + GridMaker.cell(s.x(), s.y()))
                                    .toList(),
                            "and", "y")
                    + ".");
        }
        for (var door : plan.doors()) {
            lines.add(capital(door.name()) + " " + GridMaker.cell(door.x(), door.y()) + tongue.say(" joins ", " une ")
                    + plan.rooms().get(door.from()).name() + tongue.say(" and ", " y ") + plan.rooms().get(door.to()).name()
                    + tongue.say(" and is ", " y está ") + state(door, task.start().settled()) + ".");
        }
        for (var item : plan.items()) {
            if (item.candidates().size() > 1) {
                lines.add(capital(item.name()) + tongue.say(" is ", " está ") + tongue.list(
                        item.candidates().stream().map(c -> task.variables().get(item.variable()).values().get(c)).toList(), "or", "o")
                        + ".");
            }
        }
        var note = task.note();
        if (note != null) {
            lines.add(tongue.told(note, task.policy()));
        }
        lines.add(tongue.say(
                "You see the room you are in, and what is closed you must open where it stands. Commands: go north|south|east|west; open the "
                        + "COLOUR door; unlock the COLOUR door with the COLOUR key; open the box (or the like); pick up the THING; give up (if it "
                        + "is nowhere).",
                "Ves la habitación donde estás, y lo que está cerrado hay que abrirlo allí donde está. Órdenes: ir al norte|sur|este|oeste; abrir "
                        + "la puerta COLOR; desbloquear la puerta COLOR con la llave COLOR; abrir la caja (o lo que sea); coger COSA; rendirse "
                        + "(si no está en ningún sitio)."));
        return String.join("\n", lines);
    }

    private String state(Door door, int[] values) {
        return task.variables().get(door.variable()).values().get(values[door.variable()]);
    }

    private int x(int[] values) {
        return values[AT] % plan.width();
    }

    private int y(int[] values) {
        return values[AT] / plan.width();
    }

    @Override
    public List<Action> menu(int[] settled) {
        var key = new ArrayList<>(List.of(settled[AT]));
        plan.spots().stream().filter(Spot::closes).forEach(s -> key.add(settled[s.lid()]));
        return menus.computeIfAbsent(key, _ -> {
            var menu = new ArrayList<Action>();
            for (int i = 0; i < STEPS.length; i++) {
                menu.add(go(i, settled));
            }
            for (var door : plan.doors()) {
                if (besides(door, settled)) {
                    menu.add(open(door, settled));
                    menu.add(unlock(door, door.key(), settled));
                }
            }
            int spot = plan.spot(x(settled), y(settled));
            if (spot >= 0) {
                if (plan.spots().get(spot).closes()) {
                    menu.add(open(plan.spots().get(spot), settled));
                }
                plan.items().forEach(item -> menu.add(pickUp(item, settled)));
            }
            menu.add(new Action(tongue.giveUp(), List.of(),
                    List.of(new Presupposition.Holds(Atom.is(target().variable(), carried + 1),
                            target().name() + tongue.say(" is nowhere", " no está en ningún sitio"))),
                    List.of(Atom.is(GIVEN_UP, 1)), List.of(), null, true));
            return List.copyOf(menu);
        });
    }

    private Action go(int i, int[] settled) {
        int x = x(settled) + STEPS[i][0];
        int y = y(settled) + STEPS[i][1];
        int door = plan.door(x, y);
        int room = plan.room(x, y);
        var text = tongue.say("go ", "ir al ") + direction(i);
        if (door < 0 && room < 0) {
            return Action.doing(text, List.of(new Presupposition.Missing(
                    tongue.say("the way " + direction(i) + " is free", "el camino al " + direction(i) + " está libre"), place(settled))),
                    List.of());
        }
        List<Presupposition> needs = door < 0
                ? List.of()
                : List.of(new Presupposition.Holds(Atom.is(plan.doors().get(door).variable(), OPEN),
                        plan.doors().get(door).name() + tongue.say(" is open", " está abierta")));
        return Action.looking(text, needs, List.of(Atom.is(AT, y * plan.width() + x)), room < 0 ? List.of() : shown(room, settled), null);
    }

    /** What one sees in a room without opening anything more. */
    private List<Atom> shown(int room, int[] settled) {
        return IntStream.range(0, plan.spots().size()).filter(s -> plan.spots().get(s).room() == room
                && (!plan.spots().get(s).closes() || settled[plan.spots().get(s).lid()] == 1)).boxed()
                .flatMap(s -> plan.items().stream().map(item -> Atom.is(item.variable(), s))).toList();
    }

    private boolean besides(Door door, int[] settled) {
        return Math.abs(door.x() - x(settled)) + Math.abs(door.y() - y(settled)) == 1;
    }

    private List<Presupposition> besides(Door door, int[] settled, Presupposition... more) {
        var needs = new ArrayList<Presupposition>();
        if (!besides(door, settled)) {
            needs.add(new Presupposition.Missing(tongue.say("you stand by ", "estás junto a ") + door.name(), place(settled)));
        }
        needs.addAll(List.of(more));
        return needs;
    }

    private Action open(Door door, int[] settled) {
        return Action.doing(tongue.say("open ", "abrir ") + door.name(), besides(door, settled, new Presupposition.Holds(
                Atom.is(door.variable(), CLOSED),
                door.name() + tongue.say(" is closed and not locked", " está cerrada, pero no con llave"))),
                List.of(Atom.is(door.variable(), OPEN)));
    }

    private Action unlock(Door door, String key, int[] settled) {
        var item = plan.items().stream().filter(i -> i.name().equals(key)).findFirst();
        Presupposition held = item.isPresent()
                ? new Presupposition.Holds(Atom.is(item.get().variable(), carried), tongue.say("you carry ", "llevas ") + key)
                : new Presupposition.Missing(tongue.say("you carry ", "llevas ") + key, place(settled));
        var needs = new ArrayList<>(besides(door, settled, held, new Presupposition.Holds(Atom.is(door.variable(), LOCKED),
                door.name() + tongue.say(" is locked", " está cerrada con llave"))));
        if (!key.equals(door.key())) {
            needs.add(new Presupposition.Missing(key + tongue.say(" fits ", " es de ") + door.name(), place(settled)));
        }
        return Action.doing(tongue.say("unlock " + door.name() + " with " + key, "desbloquear " + door.name() + " con " + key), needs,
                List.of(Atom.is(door.variable(), OPEN)));
    }

    private Action open(Spot spot, int[] settled) {
        int number = plan.spots().indexOf(spot);
        var needs = new ArrayList<Presupposition>();
        if (plan.spot(x(settled), y(settled)) != number) {
            needs.add(new Presupposition.Missing(tongue.say("you stand by ", "estás junto a ") + spot.name(), place(settled)));
        }
        needs.add(spot.closes()
                ? new Presupposition.Holds(Atom.is(spot.lid(), 0), spot.name() + tongue.say(" is closed", ending(" está cerrad", spot)))
                : new Presupposition.Missing(spot.name() + tongue.say(" can be opened", " se puede abrir"), place(settled)));
        return Action.looking(tongue.say("open ", "abrir ") + spot.name(), needs,
                spot.closes() ? List.of(Atom.is(spot.lid(), 1)) : List.of(),
                plan.items().stream().map(item -> Atom.is(item.variable(), number)).toList(), spot.name());
    }

    private static String ending(String stem, Spot spot) {
        return stem + (spot.gender() == Gender.FEMININE ? "a" : "o");
    }

    private Action pickUp(Item item, int[] settled) {
        int number = plan.spot(x(settled), y(settled));
        var text = tongue.say("pick up ", "coger ") + item.name();
        if (number < 0) {
            return Action.doing(text, List.of(missing(item.name(), settled)), List.of());
        }
        var spot = plan.spots().get(number);
        var needs = new ArrayList<Presupposition>();
        if (spot.closes()) {
            needs.add(new Presupposition.Holds(Atom.is(spot.lid(), 1), spot.name() + tongue.say(" is open", ending(" está abiert", spot))));
        }
        needs.add(new Presupposition.Holds(Atom.is(item.variable(), number), item.name() + tongue.say(" is ", " está ")
                + task.variables().get(item.variable()).values().get(number),
                spot.closes() ? spot.name() : plan.rooms().get(spot.room()).name()));
        return Action.doing(text, needs, List.of(Atom.is(item.variable(), carried)));
    }

    private Presupposition missing(String thing, int[] settled) {
        return new Presupposition.Missing(thing + tongue.say(" is within reach", " está al alcance"), place(settled));
    }

    @Override
    public Optional<Action> parse(String command, int[] settled) {
        var text = Tongue.plain(command).toLowerCase(Locale.ROOT);
        if (tongue.givesUp(text)) {
            return Optional.of(menu(settled).getLast());
        }
        for (var action : menu(settled)) {
            if (action.text().equals(text)) {
                return Optional.of(action);
            }
        }
        var unlock = Pattern.compile(tongue.say("unlock (the \\w+ door) with (the \\w+ key)",
                "desbloquear (la puerta \\p{L}+) con (la llave \\p{L}+)")).matcher(text);
        if (unlock.matches()) {
            return Optional.of(door(unlock.group(1)).map(door -> unlock(door, unlock.group(2), settled))
                    .orElseGet(() -> Action.doing(text, List.of(missing(unlock.group(1), settled)), List.of())));
        }
        var other = Pattern.compile(tongue.say("(open|pick up) (the [\\p{L} ]+)", "(abrir|coger) ((?:el|la) [\\p{L} ]+)")).matcher(text);
        if (!other.matches()) {
            return Optional.empty();
        }
        var name = other.group(2);
        Optional<Action> known = other.group(1).startsWith(tongue.say("open", "abrir"))
                ? door(name).map(door -> open(door, settled))
                        .or(() -> plan.spots().stream().filter(s -> s.name().equals(name)).findFirst().map(spot -> open(spot, settled)))
                : plan.items().stream().filter(i -> i.name().equals(name)).findFirst().map(item -> pickUp(item, settled));
        return known.or(() -> Optional.of(Action.doing(text, List.of(missing(name, settled)), List.of())));
    }

    private Optional<Door> door(String name) {
        return plan.doors().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    @Override
    public String observe(@Nullable Action action, int[] values) {
        int x = x(values);
        int y = y(values);
        int room = plan.room(x, y);
        var here = GridMaker.cell(x, y);
        if (values[GIVEN_UP] == 1) {
            return tongue.say("You give up.", "Te rindes.");
        }
        if (room < 0) {
            return tongue.say("You are in the doorway of ", "Estás en el hueco de ") + plan.doors().get(plan.door(x, y)).name() + ", "
                    + here
                    + ". " + carrying(values);
        }
        var lines = new ArrayList<String>();
        lines.add(tongue.say("You are in ", "Estás en ") + plan.rooms().get(room).name() + ", " + here + ".");
        for (int s = 0; s < plan.spots().size(); s++) {
            var spot = plan.spots().get(s);
            if (spot.room() == room) {
                lines.add(spot.closes() && values[spot.lid()] == 0
                        ? capital(spot.name()) + tongue.say(" is closed.", ending(" está cerrad", spot) + ".")
                        : capital(tongue.say(spot.closes() ? "in " : "on ", "en ")) + spot.name() + ": " + contents(s, values) + ".");
            }
        }
        for (var door : plan.doors()) {
            if (door.from() == room || door.to() == room) {
                lines.add(capital(door.name()) + tongue.say(" is ", " está ") + state(door, values) + ".");
            }
        }
        lines.add(carrying(values));
        return String.join(" ", lines);
    }

    private String contents(int where, int[] values) {
        var all = plan.items().stream().filter(i -> values[i.variable()] == where).map(Item::name).toList();
        return all.isEmpty() ? tongue.say("nothing", "nada") : tongue.list(all, "and", "y");
    }

    private String carrying(int[] values) {
        return plan.items().stream().noneMatch(i -> values[i.variable()] == carried)
                ? tongue.say("You carry nothing.", "No llevas nada.")
                : tongue.say("You carry ", "Llevas ") + contents(carried, values) + ".";
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    @Override
    public String place(int[] settled) {
        int room = plan.room(x(settled), y(settled));
        return room < 0 ? plan.doors().get(plan.door(x(settled), y(settled))).name() : plan.rooms().get(room).name();
    }

    @Override
    public List<Atom> looks(int[] settled) {
        return shown(plan.room(x(settled), y(settled)), settled);
    }

    @Override
    public boolean over(int[] settled) {
        return settled[GIVEN_UP] == 1 || settled[target().variable()] == carried;
    }

    @Override
    public boolean succeeded(int[] values) {
        return values[target().variable()] == carried || values[GIVEN_UP] == 1 && values[target().variable()] == carried + 1;
    }

    @Override
    public List<String> mistakes(int[] values) {
        var mistakes = new ArrayList<String>();
        mistakes.add(tongue.say("open ", "abrir ") + noDoor);
        mistakes.add(tongue.say("pick up ", "coger ") + noKey);
        int here = plan.spot(x(values), y(values));
        boolean shut = here >= 0 && plan.spots().get(here).closes() && values[plan.spots().get(here).lid()] == 0;
        for (var item : plan.items()) {
            if (here < 0 || shut || values[item.variable()] != here) {
                mistakes.add(tongue.say("pick up ", "coger ") + item.name());
            }
        }
        for (var door : plan.doors()) {
            if (!besides(door, values) || values[door.variable()] != CLOSED) {
                mistakes.add(tongue.say("open ", "abrir ") + door.name());
            }
            mistakes.add(tongue.say("unlock " + door.name() + " with " + noKey, "desbloquear " + door.name() + " con " + noKey));
        }
        return mistakes;
    }

    @Override
    public String picture(int[] values) {
        var svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" style=\"max-width:%dpx\">".formatted(plan.width() * 40,
                        plan.height() * 40, tongue.say("The house", "La casa"), plan.width() * 40));
        for (int y = 0; y < plan.height(); y++) {
            for (int x = 0; x < plan.width(); x++) {
                int door = plan.door(x, y);
                var fill = plan.room(x, y) >= 0 ? "#f4efe6" : door < 0 ? "#777" : plan.doors().get(door).colour().replace("golden", "gold");
                svg.append(
                        "<rect x=\"%d\" y=\"%d\" width=\"40\" height=\"40\" fill=\"%s\" stroke=\"#ccc\"/>".formatted(40 * x, 40 * y, fill));
                if (door >= 0) {
                    svg.append("<text x=\"%d\" y=\"%d\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">%s</text>".formatted(
                            40 * x + 20,
                            40 * y + 24, new String[]{"·", "+", "⚿"}[values[plan.doors().get(door).variable()]]));
                }
            }
        }
        for (int s = 0; s < plan.spots().size(); s++) {
            var spot = plan.spots().get(s);
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>".formatted(40 * spot.x() + 20, 40 * spot.y() + 16, bare(spot.name())));
            int where = s;
            var lying = plan.items().stream().filter(i -> values[i.variable()] == where).map(i -> bare(i.name()))
                    .collect(Collectors.joining(", "));
            svg.append("<text x=\"%d\" y=\"%d\" font-size=\"8\" fill=\"#a22\">%s</text>".formatted(40 * spot.x() + 20, 40 * spot.y() + 32,
                    lying));
        }
        return svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"#26c\"/></svg>".formatted(40 * x(values) + 20, 40 * y(values) + 22))
                .toString();
    }

    private static String bare(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }
}
