/**
 * The shop's own work: orders send mail, print invoices and take goods off the shelf,
 * each on a pool of its own. Bad orders fail here; nothing in this package knows that
 * somebody is watching.
 */
@NullMarked
package io.lifeguard.sample.shop;

import org.jspecify.annotations.NullMarked;
