/** Ignores that a file system cannot synchronize a folder or device, as some cannot. @throws any other error */
export function ignoreUnable(error: unknown): void {
  if (!(error instanceof Error && Reflect.get(error, 'code') === 'EINVAL')) throw error
}
