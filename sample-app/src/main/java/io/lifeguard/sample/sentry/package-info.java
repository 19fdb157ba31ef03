/**
 * A stand-in for Sentry on loopback, so that no account is needed: it takes envelopes the
 * way Sentry does, keeps the last events, and hands them to the page.
 */
@NullMarked
package io.lifeguard.sample.sentry;

import org.jspecify.annotations.NullMarked;
