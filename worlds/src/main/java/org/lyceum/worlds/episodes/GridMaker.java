package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Gender;
import org.lyceum.worlds.Lexicon;
import org.lyceum.worlds.Lexicon.Colour;
import org.lyceum.worlds.Lexicon.Noun;
import org.lyceum.worlds.View.Policy;
import org.lyceum.worlds.episodes.GridPlan.Door;
import org.lyceum.worlds.episodes.GridPlan.Item;
import org.lyceum.worlds.episodes.GridPlan.Room;
import org.lyceum.worlds.episodes.GridPlan.Spot;

/**
 * Makes grids: 2, 3 or 4 rooms, joined by doors without a way round, of which one or two are locked; in each a piece of furniture that
 * shows what is on it and one that must be opened. The keys lie where they can be reached; the thing to fetch lies anywhere, or (above
 * difficulty 1) nowhere.
 */
final class GridMaker {
    private static final List<Noun> ROOMS = List.of(f("kitchen", "cocina"), m("study", "estudio"), m("cellar", "sótano"),
            m("bedroom", "dormitorio"), m("hall", "vestíbulo"), f("pantry", "despensa"));
    private static final List<Noun> OPEN = List.of(f("table", "mesa"), f("shelf", "repisa"), m("bench", "banco"), m("sofa", "sofá"),
            m("stool", "taburete"), f("bed", "cama"));
    private static final List<Noun> CLOSING = List.of(f("box", "caja"), m("chest", "arcón"), m("cupboard", "armario"),
            f("suitcase", "maleta"), m("barrel", "barril"), m("trunk", "baúl"));
    private static final Noun KEY = f("key", "llave");
    private static final Noun DOOR = f("door", "puerta");

    private final RandomGenerator random;
    private final int difficulty;
    private final Tongue tongue;
    private final List<Variable> variables = new ArrayList<>();

    GridMaker(RandomGenerator random, int difficulty, Tongue tongue) {
        this.random = random;
        this.difficulty = difficulty;
        this.tongue = tongue;
    }

    private static Noun f(String english, String spanish) {
        return new Noun(english, spanish, Gender.FEMININE);
    }

    private static Noun m(String english, String spanish) {
        return new Noun(english, spanish, Gender.MASCULINE);
    }

    GridWorld make() {
        int rows = difficulty == 3 ? 2 : 1;
        int columns = difficulty == 2 ? 3 : 2;
        var rooms = new ArrayList<Room>();
        var names = shuffled(ROOMS);
        for (int i = 0; i < rows * columns; i++) {
            rooms.add(new Room(tongue.the(names.get(i)), i / columns, i % columns));
        }
        int width = 4 * columns + 1;
        variables.add(new Variable(tongue.say("you are at", "estás en"), IntStream.range(0, width * (4 * rows + 1))
                .mapToObj(cell -> cell(cell % width, cell / width)).toList()));
        variables.add(yesNo(tongue.say("given up", "rendido")));
        int start = random.nextInt(rooms.size());
        var colours = shuffled(Lexicon.COLOURS);
        var doors = doors(rooms, start, colours);
        var spots = spots(rooms);
        var items = items(rooms, doors, spots, start, colours);
        var plan = new GridPlan(rows, columns, rooms, doors, spots, items);
        return new GridWorld(plan, task(plan, start), tongue, tongue.the(DOOR, colours.get(9)), tongue.the(KEY, colours.get(9)));
    }

    static String cell(int x, int y) {
        return "(" + x + ", " + y + ")";
    }

    private Variable yesNo(String name) {
        return new Variable(name, List.of(tongue.say("no", "no"), tongue.say("yes", "sí")));
    }

    /** A tree of doors that grows from the start, in the order in which they are passed; the first and, of three, the last are locked. */
    private List<Door> doors(List<Room> rooms, int start, List<Colour> colours) {
        var doors = new ArrayList<Door>();
        var inside = new HashSet<>(List.of(start));
        while (inside.size() < rooms.size()) {
            int from = pick(inside.stream().sorted().toList());
            var next = IntStream.range(0, rooms.size())
                    .filter(r -> !inside.contains(r) && Math.abs(rooms.get(r).row() - rooms.get(from).row())
                            + Math.abs(rooms.get(r).column() - rooms.get(from).column()) == 1)
                    .boxed().toList();
            if (next.isEmpty()) {
                continue;
            }
            int to = pick(next);
            inside.add(to);
            var a = rooms.get(Math.min(from, to));
            boolean beside = a.row() == rooms.get(Math.max(from, to)).row();
            int along = 1 + random.nextInt(3);
            int x = 4 * a.column() + (beside ? 4 : along);
            int y = 4 * a.row() + (beside ? along : 4);
            var colour = colours.get(doors.size());
            var name = tongue.the(DOOR, colour);
            doors.add(new Door(name, tongue.the(KEY, colour), colour.english(), x, y, from, to, doors.isEmpty() || doors.size() == 2,
                    variables.size()));
            variables.add(new Variable(name, List.of(tongue.say("open", "abierta"), tongue.say("closed", "cerrada"),
                    tongue.say("locked", "cerrada con llave"))));
        }
        return doors;
    }

    private List<Spot> spots(List<Room> rooms) {
        var spots = new ArrayList<Spot>();
        var open = shuffled(OPEN);
        var closing = shuffled(CLOSING);
        for (int r = 0; r < rooms.size(); r++) {
            var cells = shuffled(IntStream.range(0, 9).boxed().toList());
            for (int k = 0; k < 2; k++) {
                var noun = (k == 0 ? open : closing).get(r);
                int x = 4 * rooms.get(r).column() + 1 + cells.get(k) % 3;
                int y = 4 * rooms.get(r).row() + 1 + cells.get(k) / 3;
                spots.add(new Spot(tongue.the(noun), noun.gender(), r, x, y, k == 0 ? -1 : variables.size()));
                if (k == 1) {
                    variables.add(new Variable(tongue.the(noun),
                            List.of(tongue.say("closed", noun.gender() == Gender.FEMININE ? "cerrada" : "cerrado"),
                                    tongue.say("open", noun.gender() == Gender.FEMININE ? "abierta" : "abierto"))));
                }
            }
        }
        return spots;
    }

    /** First what is to be fetched, then the keys, then something that nobody needs. */
    private List<Item> items(List<Room> rooms, List<Door> doors, List<Spot> spots, int start, List<Colour> colours) {
        var places = new ArrayList<>(spots.stream().map(s -> place(s)).toList());
        places.add(tongue.say("with you", "contigo"));
        places.add(tongue.say("nowhere", "en ningún sitio"));
        int nowhere = spots.size() + 1;
        var things = shuffled(Lexicon.THINGS.stream().filter(n -> !n.english().equals("key") && !n.english().equals("box")).toList());
        var items = new ArrayList<Item>();
        var everywhere = shuffled(IntStream.range(0, spots.size()).boxed().toList());
        var candidates = new ArrayList<>(everywhere.subList(0, difficulty == 1 ? 3 : 4));
        Collections.sort(candidates);
        if (difficulty > 1) {
            candidates.add(nowhere);
        }
        item(items, tongue.the(things.get(0), pick(Lexicon.COLOURS)), candidates, places);
        for (var door : doors) {
            if (door.locked()) {
                var within = within(doors, doors.indexOf(door), start);
                var reached = shuffled(IntStream.range(0, spots.size()).filter(s -> within.contains(spots.get(s).room())).boxed().toList());
                item(items, door.key(), reached.subList(0, Math.min(reached.size(), difficulty == 1 ? 2 : 3)).stream().sorted().toList(),
                        places);
            }
        }
        item(items, tongue.the(things.get(1), pick(Lexicon.COLOURS)), List.of(random.nextInt(spots.size())), places);
        return items;
    }

    private void item(List<Item> items, String name, List<Integer> candidates, List<String> places) {
        items.add(new Item(name, variables.size(), List.copyOf(candidates)));
        variables.add(new Variable(name, places));
    }

    private String place(Spot spot) {
        return tongue.say(spot.closes() ? "in " : "on ", "en ") + spot.name();
    }

    /** The rooms that are reached without the door and without those that are passed after it. */
    private static HashSet<Integer> within(List<Door> doors, int before, int start) {
        var within = new HashSet<>(List.of(start));
        for (int i = 0; i < doors.size(); i++) {
            var door = doors.get(i);
            if (within.contains(door.from()) && (i < before || !door.locked())) {
                within.add(door.to());
            }
        }
        return within;
    }

    private Task task(GridPlan plan, int startRoom) {
        int width = plan.width();
        int[] start = new int[variables.size()];
        var room = plan.rooms().get(startRoom);
        start[GridWorld.AT] = (4 * room.row() + 1 + random.nextInt(3)) * width + 4 * room.column() + 1 + random.nextInt(3);
        plan.doors().forEach(door -> start[door.variable()] = door.locked() ? 2 : random.nextInt(3) == 0 ? 0 : 1);
        var worlds = new ArrayList<int[]>(List.of(start.clone()));
        for (var item : plan.items()) {
            start[item.variable()] = item.candidates().size() == 1 ? item.candidates().getFirst() : -1;
            var more = new ArrayList<int[]>();
            for (var world : worlds) {
                for (int candidate : item.candidates()) {
                    var copy = world.clone();
                    copy[item.variable()] = candidate;
                    more.add(copy);
                }
            }
            worlds = more;
        }
        int reference = random.nextInt(worlds.size());
        return new Task(variables, worlds, reference, start, Policy.NEWEST, note(plan, worlds.get(reference)));
    }

    /** Of yesterday or before, on where the thing to fetch is: half of them right. */
    private @Nullable Note note(GridPlan plan, int[] reference) {
        if (difficulty == 1) {
            return null;
        }
        var item = plan.items().getFirst();
        boolean right = random.nextBoolean() && reference[item.variable()] < plan.spots().size();
        var told = item.candidates().stream().filter(c -> c < plan.spots().size() && (c == reference[item.variable()]) == right).toList();
        int value = pick(told);
        return new Note(item.name() + tongue.say(" is ", " está ") + variables.get(item.variable()).values().get(value),
                Atom.is(item.variable(), value), 1 + random.nextInt(2));
    }

    private <T> List<T> shuffled(List<T> all) {
        var list = new ArrayList<>(all);
        Collections.shuffle(list, Random.from(random));
        return list;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
