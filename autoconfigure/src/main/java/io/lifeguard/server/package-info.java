/**
 * Shows the threads of embedded web servers and of Reactor as pools that are looked at
 * and no more: nothing is put around what they do, and none is started.
 */
@NullMarked
package io.lifeguard.server;

import org.jspecify.annotations.NullMarked;
