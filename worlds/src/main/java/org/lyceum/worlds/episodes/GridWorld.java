package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    private final GridSights sights;
    private final String noDoor;
    private final String noKey;
    private final int carried;
    private final Map<List<Integer>, List<Action>> menus = new HashMap<>();

    /** {@code noDoor} and {@code noKey} are names of things that there are not. */
    GridWorld(GridPlan plan, Task task, Tongue tongue, String noDoor, String noKey) {
        this.plan = plan;
        this.task = task;
        this.tongue = tongue;
        this.sights = new GridSights(plan, task, tongue);
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

    @Override
    public String instruction() {
        return sights.instruction();
    }

    @Override
    public String observe(@Nullable Action action, int[] values) {
        return values[GIVEN_UP] == 1 ? tongue.say("You give up.", "Te rindes.") : sights.seen(values);
    }

    @Override
    public String picture(int[] values) {
        return sights.picture(values);
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
            int spot = plan.spot(plan.x(settled), plan.y(settled));
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
        int x = plan.x(settled) + STEPS[i][0];
        int y = plan.y(settled) + STEPS[i][1];
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
        return Math.abs(door.x() - plan.x(settled)) + Math.abs(door.y() - plan.y(settled)) == 1;
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
        if (plan.spot(plan.x(settled), plan.y(settled)) != number) {
            needs.add(new Presupposition.Missing(tongue.say("you stand by ", "estás junto a ") + spot.name(), place(settled)));
        }
        needs.add(spot.closes()
                ? new Presupposition.Holds(Atom.is(spot.lid(), 0),
                        spot.name() + tongue.say(" is closed", GridSights.ending(" está cerrad", spot)))
                : new Presupposition.Missing(spot.name() + tongue.say(" can be opened", " se puede abrir"), place(settled)));
        return Action.looking(tongue.say("open ", "abrir ") + spot.name(), needs,
                spot.closes() ? List.of(Atom.is(spot.lid(), 1)) : List.of(),
                plan.items().stream().map(item -> Atom.is(item.variable(), number)).toList(), spot.name());
    }

    private Action pickUp(Item item, int[] settled) {
        int number = plan.spot(plan.x(settled), plan.y(settled));
        var text = tongue.say("pick up ", "coger ") + item.name();
        if (number < 0) {
            return Action.doing(text, List.of(missing(item.name(), settled)), List.of());
        }
        var spot = plan.spots().get(number);
        var needs = new ArrayList<Presupposition>();
        if (spot.closes()) {
            needs.add(new Presupposition.Holds(Atom.is(spot.lid(), 1),
                    spot.name() + tongue.say(" is open", GridSights.ending(" está abiert", spot))));
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
    public String place(int[] settled) {
        int room = plan.room(plan.x(settled), plan.y(settled));
        return room < 0 ? plan.doors().get(plan.door(plan.x(settled), plan.y(settled))).name() : plan.rooms().get(room).name();
    }

    @Override
    public List<Atom> looks(int[] settled) {
        return shown(plan.room(plan.x(settled), plan.y(settled)), settled);
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
        int here = plan.spot(plan.x(values), plan.y(values));
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
}
