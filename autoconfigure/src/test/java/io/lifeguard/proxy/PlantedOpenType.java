package io.lifeguard.proxy;

/**
 * Breaks the rule that public types of this package cannot be extended.
 */
public class PlantedOpenType {

}
