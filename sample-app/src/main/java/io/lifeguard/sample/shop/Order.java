package io.lifeguard.sample.shop;

/**
 * What a customer wants.
 *
 * @param number names this order, also in the message of every failure it causes
 * @param item what is on the shelf, or ought to be
 * @param quantity how many of it
 * @param mailbox where the confirmation goes
 */
public record Order(long number, String item, int quantity, String mailbox) {
}
