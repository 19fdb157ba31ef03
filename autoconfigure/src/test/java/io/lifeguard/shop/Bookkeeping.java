package io.lifeguard.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

/**
 * Tasks that keep a connection until they are let go.
 */
public class Bookkeeping {

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private final DataSource dataSource;

	public Bookkeeping(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Write into the books, with one connection.
	 */
	public void write() {
		try (Connection connection = this.dataSource.getConnection()) {
			this.end.join();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Let all come to an end.
	 */
	public void end() {
		this.end.complete(null);
	}

}
