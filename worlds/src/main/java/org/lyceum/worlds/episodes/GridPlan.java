package org.lyceum.worlds.episodes;

import java.util.List;
import org.lyceum.worlds.Gender;

/**
 * What does not change in a grid: rooms of 3 × 3 cells with walls of one cell between them, doors in the walls, furniture, and the things
 * there are. Columns and rows count from 0 at the top left.
 */
record GridPlan(int rows, int columns, List<Room> rooms, List<Door> doors, List<Spot> spots, List<Item> items) {
    /** A room, at a place in the grid of rooms. */
    record Room(String name, int row, int column) {
        boolean has(int x, int y) {
            return x > 4 * column && x < 4 * column + 4 && y > 4 * row && y < 4 * row + 4;
        }
    }

    /** A door: {@code colour} in English, for pictures. */
    record Door(String name, String key, String colour, int x, int y, int from, int to, boolean locked, int variable) {
    }

    /**
     * A piece of furniture, on which ({@code lid} negative) or in which things lie; {@code lid} is the variable that says whether it is
     * open.
     */
    record Spot(String name, Gender gender, int room, int x, int y, int lid) {
        boolean closes() {
            return lid >= 0;
        }
    }

    /**
     * Something to carry, the variable that says where it is, and the places where it may be at first (places in {@link #spots()}; nowhere
     * is one more).
     */
    record Item(String name, int variable, List<Integer> candidates) {
    }

    int width() {
        return 4 * columns + 1;
    }

    int height() {
        return 4 * rows + 1;
    }

    /** The column where one is. */
    int x(int[] values) {
        return values[GridWorld.AT] % width();
    }

    /** The row where one is. */
    int y(int[] values) {
        return values[GridWorld.AT] / width();
    }

    /** The room at a cell, or -1. */
    int room(int x, int y) {
        for (int i = 0; i < rooms.size(); i++) {
            if (rooms.get(i).has(x, y)) {
                return i;
            }
        }
        return -1;
    }

    /** The door at a cell, or -1. */
    int door(int x, int y) {
        for (int i = 0; i < doors.size(); i++) {
            if (doors.get(i).x == x && doors.get(i).y == y) {
                return i;
            }
        }
        return -1;
    }

    /** The piece of furniture at a cell, or -1. */
    int spot(int x, int y) {
        for (int i = 0; i < spots.size(); i++) {
            if (spots.get(i).x == x && spots.get(i).y == y) {
                return i;
            }
        }
        return -1;
    }
}
