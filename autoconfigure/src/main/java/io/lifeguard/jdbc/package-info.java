/**
 * What data sources tell of pools: whose tasks wait for connections. Needs Spring Boot's
 * support for JDBC, which knows how many connections a data source may have and has.
 * <p>
 * Begin with {@link io.lifeguard.jdbc.ConnectionAdvice}.
 */
@NullMarked
package io.lifeguard.jdbc;

import org.jspecify.annotations.NullMarked;
