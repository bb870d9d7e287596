/** Scripts that expect what the kernel does not do any more, or not yet at Linux 6.18, with the commit that changed it. */
const OTHER_KERNELS: Readonly<Record<string, string>> = {}

export function otherKernel(name: string): string | null {
  return OTHER_KERNELS[name] ?? null
}
