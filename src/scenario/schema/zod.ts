import { z } from 'zod'

/**
 * Zod compiles no functions, because a page's content security policy without `unsafe-eval` would refuse them. It looks
 * for no cycles in values, because the values of scenarios, results and messages come from texts and have none.
 */
z.config({ jitless: true, memoizer: { attach() {}, guard() {}, alloc: (_schema, _payload, empty) => empty } })

export { z }
