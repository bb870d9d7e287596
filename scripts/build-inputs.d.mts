export function hashOfInputs(root: string): string

export function isBuiltFrom(dist: string, hash: string): boolean
