import type { Blueprint } from '../blueprint.ts'

/** Returns the name by which a scenario declares the path of which this is an instance. */
export function declaredName({ paths }: Blueprint, instance: string): string {
  return paths.find(({ name }) => name === instance)?.declared ?? instance
}
