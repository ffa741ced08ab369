/** Recipes: studies written down as one YAML each, and the claims that their runs are held against. */
@NullMarked
package org.lyceum.app.recipe;

import org.jspecify.annotations.NullMarked;
