package org.lyceum.inference.jinja;

/** Something that has a value. */
@FunctionalInterface
interface Expression {
    Object value(Run run, Scope scope);
}
