package io.lifeguard.proxy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassWriter;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.ReflectionUtils;

/**
 * Writes the class of a proxy, whose methods do nothing but call the guard's method of
 * the same name where it has one, and the executor's otherwise: directly, since each task
 * would pay for an interceptor and its array of arguments. Final, private and protected
 * methods are inherited and run on the proxy itself, and its identity is its own.
 */
final class ProxyWriter {

	/** The name of the field that holds the guard. */
	static final String GUARD = "lifeguard$guard";

	/** The name of the field that holds the executor. */
	static final String EXECUTOR = "lifeguard$executor";

	private static final int KEPT_MODIFIERS = Modifier.PUBLIC | Modifier.PROTECTED | Opcodes.ACC_VARARGS;

	private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);

	private final String name;

	private final Class<?> superclass;

	private final Class<?> executorType;

	private final Class<?> guardType;

	/**
	 * Create a writer.
	 * @param executorType the superclass, or what it stands in for
	 */
	ProxyWriter(String name, Class<?> superclass, Class<?> executorType, Class<?> guardType) {
		this.name = name.replace('.', '/');
		this.superclass = superclass;
		this.executorType = executorType;
		this.guardType = guardType;
	}

	/**
	 * Return the class as bytes. To be called once.
	 * @param interfaces what the class implements besides its superclass
	 * @throws UnsupportedOperationException if tasks could be submitted past the guard
	 */
	byte[] write(Set<Class<?>> interfaces) {
		this.writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER, this.name, null,
				Type.getInternalName(this.superclass), internalNames(interfaces));
		writeField(GUARD, this.guardType);
		writeField(EXECUTOR, this.executorType);
		for (Method method : overridableMethods(interfaces)) {
			Method route = GuardRoutes.find(this.guardType, this.executorType, method);
			if (route != null) {
				writeCall(method, GUARD, this.guardType, route);
			}
			else if (ReflectionUtils.isEqualsMethod(method)) {
				writeEquals();
			}
			else if (ReflectionUtils.isHashCodeMethod(method)) {
				writeHashCode();
			}
			else if (!Modifier.isProtected(method.getModifiers()) || isNeighbourCall(method)) {
				writeCall(method, EXECUTOR, this.executorType, method);
			}
		}
		this.writer.visitEnd();
		return this.writer.toByteArray();
	}

	private List<Method> overridableMethods(Set<Class<?>> interfaces) {
		List<Method> candidates = new ArrayList<>(Arrays.asList(this.superclass.getMethods()));
		for (Class<?> type = this.superclass; type != null; type = type.getSuperclass()) {
			candidates.addAll(Arrays.asList(type.getDeclaredMethods()));
		}
		for (Class<?> type : interfaces) {
			candidates.addAll(Arrays.asList(type.getMethods()));
		}
		for (Method candidate : candidates) {
			if (GuardRoutes.isClosed(this.guardType, this.executorType, candidate)) {
				throw new UnsupportedOperationException("its method " + candidate.getName() + " is final");
			}
		}
		Set<String> seen = new HashSet<>();
		candidates.removeIf((method) -> !seen.add(signature(method)) || !isOverridable(method));
		return candidates;
	}

	private boolean isOverridable(Method method) {
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers) || Modifier.isFinal(modifiers) || Modifier.isPrivate(modifiers)) {
			return false;
		}
		if (!Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers)
				&& !isNeighbour(method.getDeclaringClass())) {
			return false;
		}
		// What a bridge leads to is overridden, unless it has the same signature
		return !method.isBridge()
				|| signature(method).equals(signature(BridgeMethodResolver.findBridgedMethod(method)));
	}

	private static String signature(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	/**
	 * Whether neighbours of the superclass may call the given protected method, and so
	 * the proxy.
	 */
	private boolean isNeighbourCall(Method method) {
		return isNeighbour(method.getDeclaringClass()) && method.getDeclaringClass().isAssignableFrom(this.executorType)
				&& !method.getName().equals("finalize");
	}

	private boolean isNeighbour(Class<?> type) {
		return type.getClassLoader() == this.superclass.getClassLoader()
				&& type.getPackageName().equals(this.superclass.getPackageName());
	}

	private void writeField(String field, Class<?> type) {
		this.writer.visitField(Opcodes.ACC_PUBLIC | Opcodes.ACC_SYNTHETIC, field, Type.getDescriptor(type), null, null)
			.visitEnd();
	}

	/**
	 * Write a method that calls another one of what the given field holds.
	 */
	private void writeCall(Method method, String field, Class<?> fieldType, Method called) {
		MethodVisitor code = begin(method);
		code.visitVarInsn(Opcodes.ALOAD, 0);
		code.visitFieldInsn(Opcodes.GETFIELD, this.name, field, Type.getDescriptor(fieldType));
		// An interface that the field's type need not have: one of a subclass
		boolean foreign = !called.getDeclaringClass().isAssignableFrom(fieldType);
		String owner = Type.getInternalName(foreign ? called.getDeclaringClass() : fieldType);
		if (foreign) {
			code.visitTypeInsn(Opcodes.CHECKCAST, owner);
		}
		int local = 1;
		for (Type parameter : Type.getArgumentTypes(method)) {
			code.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), local);
			local += parameter.getSize();
		}
		code.visitMethodInsn(foreign ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL, owner, called.getName(),
				Type.getMethodDescriptor(called), foreign);
		if (!method.getReturnType().isAssignableFrom(called.getReturnType())) {
			code.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(method.getReturnType()));
		}
		end(code, Type.getReturnType(method).getOpcode(Opcodes.IRETURN));
	}

	private void writeEquals() {
		MethodVisitor code = this.writer.visitMethod(Opcodes.ACC_PUBLIC, "equals", "(Ljava/lang/Object;)Z", null, null);
		code.visitCode();
		Label different = new Label();
		code.visitVarInsn(Opcodes.ALOAD, 0);
		code.visitVarInsn(Opcodes.ALOAD, 1);
		code.visitJumpInsn(Opcodes.IF_ACMPNE, different);
		code.visitInsn(Opcodes.ICONST_1);
		code.visitInsn(Opcodes.IRETURN);
		code.visitLabel(different);
		code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
		code.visitInsn(Opcodes.ICONST_0);
		end(code, Opcodes.IRETURN);
	}

	private void writeHashCode() {
		MethodVisitor code = this.writer.visitMethod(Opcodes.ACC_PUBLIC, "hashCode", "()I", null, null);
		code.visitCode();
		code.visitVarInsn(Opcodes.ALOAD, 0);
		code.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/System", "identityHashCode", "(Ljava/lang/Object;)I",
				false);
		end(code, Opcodes.IRETURN);
	}

	private MethodVisitor begin(Method method) {
		MethodVisitor code = this.writer.visitMethod(method.getModifiers() & KEPT_MODIFIERS, method.getName(),
				Type.getMethodDescriptor(method), null, internalNames(Arrays.asList(method.getExceptionTypes())));
		code.visitCode();
		return code;
	}

	private static void end(MethodVisitor code, int returnInstruction) {
		code.visitInsn(returnInstruction);
		code.visitMaxs(0, 0); // computed
		code.visitEnd();
	}

	private static String @Nullable [] internalNames(Collection<Class<?>> types) {
		List<String> names = new ArrayList<>();
		for (Class<?> type : types) {
			names.add(Type.getInternalName(type));
		}
		return names.toArray(new String[0]);
	}

}
