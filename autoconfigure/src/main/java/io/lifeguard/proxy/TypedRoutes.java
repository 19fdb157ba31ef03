package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;

import io.lifeguard.ExecutorGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

/**
 * The methods of a proxy class that do nothing but call the guard's method of the same
 * name. An interceptor would get their arguments in an array, which every task would pay
 * for.
 */
final class TypedRoutes {

	private static final String FIELD = "lifeguard$guard";

	private final Set<Method> methods = new LinkedHashSet<>();

	/**
	 * Add the given method of the proxy's superclass, if it can be one of these.
	 * @return whether it is
	 */
	boolean add(Method method) {
		Method route = method.isBridge() ? null : find(method);
		if (route == null) {
			return false;
		}
		this.methods.add(method);
		return true;
	}

	/**
	 * Return a visitor that adds the methods to the class that is written through it.
	 */
	ClassVisitor addingTo(ClassVisitor target) {
		return new Writer(target);
	}

	/**
	 * Let the given proxy call the given guard.
	 */
	static void connect(Object proxy, ExecutorGuard guard) {
		Field field = ReflectionUtils.findField(proxy.getClass(), FIELD, ExecutorGuard.class);
		if (field != null) {
			ReflectionUtils.setField(field, proxy, guard);
		}
	}

	private static @Nullable Method find(Method method) {
		Method route = ReflectionUtils.findMethod(ExecutorGuard.class, method.getName(), method.getParameterTypes());
		return (route != null && Modifier.isPublic(route.getModifiers())) ? route : null;
	}

	private final class Writer extends ClassVisitor {

		private String owner = "";

		Writer(ClassVisitor target) {
			super(SpringAsmInfo.ASM_VERSION, target);
		}

		@Override
		public void visit(int version, int access, String name, @Nullable String signature, String superName,
				String[] interfaces) {
			this.owner = name;
			super.visit(version, access, name, signature, superName, interfaces);
		}

		@Override
		public void visitEnd() {
			visitField(Opcodes.ACC_PUBLIC | Opcodes.ACC_SYNTHETIC, FIELD, Type.getDescriptor(ExecutorGuard.class), null,
					null);
			TypedRoutes.this.methods.forEach(this::write);
			super.visitEnd();
		}

		private void write(Method method) {
			Method route = find(method);
			if (route == null) {
				return;
			}
			MethodVisitor code = visitMethod(Opcodes.ACC_PUBLIC, method.getName(), Type.getMethodDescriptor(method),
					null, null);
			code.visitCode();
			code.visitVarInsn(Opcodes.ALOAD, 0);
			code.visitFieldInsn(Opcodes.GETFIELD, this.owner, FIELD, Type.getDescriptor(ExecutorGuard.class));
			int local = 1;
			for (Type parameter : Type.getArgumentTypes(method)) {
				code.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), local);
				local += parameter.getSize();
			}
			code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Type.getInternalName(ExecutorGuard.class), route.getName(),
					Type.getMethodDescriptor(route), false);
			if (!method.getReturnType().isAssignableFrom(route.getReturnType())) {
				code.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(method.getReturnType()));
			}
			code.visitInsn(Type.getReturnType(method).getOpcode(Opcodes.IRETURN));
			code.visitMaxs(0, 0);
			code.visitEnd();
		}

	}

}
