/** Pictures of results as SVG that need nothing else: they can be opened alone, put into a page or into documentation, in light and dark. */
@NullMarked
package org.lyceum.study.chart;

import org.jspecify.annotations.NullMarked;
