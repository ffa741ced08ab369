/** The evaluation harness: tasks written down as YAML, put to a model and to baselines, with how sure the answer is. */
@NullMarked
package org.lyceum.study.evaluation;

import org.jspecify.annotations.NullMarked;
