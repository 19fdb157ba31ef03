package io.lifeguard.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Expects that a test leaves behind task failures of the given types, subclasses
 * included, which nobody handles: one of each type at least, or else the test fails. Any
 * other failure still fails the test.
 * <p>
 * On a class it goes for each of its tests, those of subclasses and nested classes too,
 * unless they or the test itself say otherwise. Can be used as a meta-annotation.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ExpectTaskFailure {

	/**
	 * Types of what the tasks throw, freed of the wrappers that futures put around it.
	 * None for a test that expects no failure, unlike the other tests of its class.
	 */
	Class<? extends Throwable>[] value();

}
