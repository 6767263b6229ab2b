/* Generated from docs/openapi: npm run docs */

export interface paths {
  '/users': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Create a user
     * @description Starts an operation and answers at once; look at it at `Location`. A name that begins with "reject" is rejected, to try that out.
     */
    post: operations['createUser']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/operations': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List operations
     * @description The newest first. Pages stay as they are while new operations come: those are before the first page.
     */
    get: operations['listOperations']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/operations/summary': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Count the operations
     * @description The books: accepted = completed + failed + pending.
     */
    get: operations['summarizeOperations']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/operations/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Look at an operation
     * @description The operation as it stands, or, for a client that prefers to wait, once it has ended.
     */
    get: operations['getOperation']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/operations/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Follow an operation
     * @description Server-Sent Events: the operation as it stands, and once more when it has ended; then the stream ends, too. The id of an event is the state that it tells of.
     */
    get: operations['followOperation']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    NewUser: {
      /**
       * @description The user's name: 1 to 100 characters after trimming.
       * @example alice
       */
      name: string
      /**
       * Format: email
       * @description The user's e-mail address.
       * @example alice@example.org
       */
      email?: string
    }
    OperationData: {
      /**
       * @description The user's name; missing once it is erased.
       * @example alice
       */
      name?: string
      /**
       * @description The user's e-mail address.
       * @example alice@example.org
       */
      email?: string
    }
    OperationResult: {
      /**
       * Format: uuid
       * @description The user that was created.
       * @example 019a9f00-0000-7000-8000-000000000001
       */
      userId: string
    }
    OperationError: {
      /**
       * @description Why it failed.
       * @example approval-rejected
       * @enum {string}
       */
      code: 'approval-rejected' | 'approval-deadline'
      /**
       * @description The same in a sentence.
       * @example The user was rejected.
       */
      message: string
    }
    OperationSteps: {
      /**
       * Format: date-time
       * @description It was stored.
       * @example 2025-11-20T05:07:37.600Z
       */
      acceptedAt: string
      /**
       * Format: date-time
       * @description `user-create` was published.
       * @example 2025-11-20T05:07:37.605Z
       */
      publishedAt?: string
      /**
       * Format: date-time
       * @description `user-approve` was published.
       * @example 2025-11-20T05:07:37.610Z
       */
      approvalAskedAt?: string
      /**
       * Format: date-time
       * @description The user was decided.
       * @example 2025-11-20T05:07:37.815Z
       */
      decidedAt?: string
      /**
       * Format: date-time
       * @description The outcome was stored.
       * @example 2025-11-20T05:07:37.842Z
       */
      finishedAt?: string
    }
    Operation: {
      /**
       * Format: uuid
       * @description A UUIDv7.
       * @example 019a9f00-0000-7000-8000-000000000001
       */
      id: string
      /**
       * @description What it does.
       * @example user-create
       * @enum {string}
       */
      type: 'user-create'
      /**
       * @description How it stands; once it is completed or failed, it stays so.
       * @example completed
       * @enum {string}
       */
      state: 'pending' | 'completed' | 'failed'
      /** @description What was asked for; nothing of it is left once it is erased. */
      data: components['schemas']['OperationData']
      /** @description Once it is completed. */
      result?: components['schemas']['OperationResult']
      /** @description Once it has failed. */
      error?: components['schemas']['OperationError']
      /**
       * Format: date-time
       * @description When it was accepted.
       * @example 2025-11-20T05:07:37.600Z
       */
      createdAt: string
      /**
       * Format: date-time
       * @description When it ended.
       * @example 2025-11-20T05:07:37.842Z
       */
      finishedAt?: string
      /**
       * Format: date-time
       * @description When the person's data was erased.
       * @example 2025-11-21T09:30:00.412Z
       */
      erasedAt?: string
      /** @description When each step happened; those after the first are told once it has ended. */
      steps: components['schemas']['OperationSteps']
    }
    OperationsPage: {
      /** @description The newest first. */
      items: components['schemas']['Operation'][]
      /**
       * @description The `cursor` of the next page; missing on the last one.
       * @example 019a9f00-0000-7000-8000-000000000001
       */
      nextCursor?: string
    }
    OperationsSummary: {
      /**
       * @description All that were ever accepted.
       * @example 1000
       */
      accepted: number
      /**
       * @description Those of them that are completed.
       * @example 980
       */
      completed: number
      /**
       * @description Those that have failed.
       * @example 15
       */
      failed: number
      /**
       * @description Those that have not ended.
       * @example 5
       */
      pending: number
      /**
       * Format: date-time
       * @description When the oldest of the pending was accepted.
       * @example 2025-11-20T05:07:37.600Z
       */
      oldestPending?: string
      /**
       * @description How many of the pending wait to be published; what other replicas have is a second old.
       * @example 0
       */
      unpublished: number
    }
    FieldProblem: {
      /**
       * @description JSON pointer (RFC 6901) to the field of the body, or / and the name of a path or query parameter; empty for the whole body.
       * @example /name
       */
      pointer: string
      /**
       * @description What is wrong with it.
       * @example must be a string
       */
      detail: string
    }
    ProblemDocument: {
      /**
       * Format: uri-reference
       * @description Names the kind of problem: urn:tideway:problem: and a word for each of those that a client may want to tell apart; about:blank when the status says it all.
       * @example about:blank
       */
      type: string
      /**
       * @description The same for every problem of this type.
       * @example Bad Request
       */
      title: string
      /**
       * @description The answer's HTTP status.
       * @example 400
       */
      status: number
      /**
       * @description What happened this time, and what to do about it.
       * @example The request is not valid.
       */
      detail: string
      /**
       * Format: uri-reference
       * @description Names this occurrence.
       * @example /operations/019a9f00-0000-7000-8000-000000000001
       */
      instance?: string
      /** @description With status 400: everything that is wrong. */
      errors?: components['schemas']['FieldProblem'][]
    }
  }
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  createUser: {
    parameters: {
      query?: never
      header?: {
        /** @description `wait=5`: the answer may wait for so many seconds, 30 at most, until the operation has ended (RFC 7240). What cannot be read is ignored. */
        Prefer?: string
        /** @description Makes it safe to repeat the request, for 24 hours: the same key with the same body is the same operation. A string between quotes: `"8e03978e-40d5-43e8-bc93-6894a57f9324"`. */
        'Idempotency-Key'?: string
        /** @description The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored. */
        traceparent?: string
        /** @description What the systems that the trace came through have added to it: passed on with it. Ignored beyond 512 characters. */
        tracestate?: string
      }
      path?: never
      cookie?: never
    }
    /** @description A JSON object in UTF-8 of at most 16384 bytes, without a content encoding. */
    requestBody: {
      content: {
        'application/json': components['schemas']['NewUser']
      }
    }
    responses: {
      /** @description The operation has ended: the client preferred to wait, or repeated its request. */
      200: {
        headers: {
          /**
           * @description The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.
           * @example 00-019a9f00000070008000000000000001-8000000000000001-00
           */
          traceresponse: string
          /**
           * @description Where to look at the operation.
           * @example /operations/019a9f00-0000-7000-8000-000000000001
           */
          Location: string
          /**
           * @description How long the answer would have waited, if it was asked to.
           * @example wait=5
           */
          'Preference-Applied'?: string
          /** @description `true` for a repeated request: the operation was there before. */
          'Idempotency-Replayed'?: 'true'
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Operation']
        }
      }
      /** @description The operation is stored; the user will be created, or the operation fails. */
      202: {
        headers: {
          /**
           * @description The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.
           * @example 00-019a9f00000070008000000000000001-8000000000000001-00
           */
          traceresponse: string
          /**
           * @description Where to look at the operation.
           * @example /operations/019a9f00-0000-7000-8000-000000000001
           */
          Location: string
          /** @description When to look, in seconds. */
          'Retry-After': number
          /**
           * @description How long the answer would have waited, if it was asked to.
           * @example wait=5
           */
          'Preference-Applied'?: string
          /** @description `true` for a repeated request: the operation was there before. */
          'Idempotency-Replayed'?: 'true'
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "019a9f00-0000-7000-8000-000000000001",
           *       "type": "user-create",
           *       "state": "pending",
           *       "data": {
           *         "name": "alice",
           *         "email": "alice@example.org"
           *       },
           *       "createdAt": "2025-11-20T05:07:37.600Z",
           *       "steps": {
           *         "acceptedAt": "2025-11-20T05:07:37.600Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Operation']
        }
      }
      /** @description The request is not valid. */
      400: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Bad Request",
           *       "status": 400,
           *       "detail": "The request is not valid.",
           *       "errors": [
           *         {
           *           "pointer": "/name",
           *           "detail": "must have 1 to 100 characters"
           *         }
           *       ]
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The request did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Timeout",
           *       "status": 408,
           *       "detail": "The request did not arrive in time."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The body is larger than 16384 bytes. */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Payload Too Large",
           *       "status": 413,
           *       "detail": "The body is larger than 16384 bytes."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The body is not application/json in UTF-8, or it has a content encoding. */
      415: {
        headers: {
          /** @description What a body may be. */
          Accept: 'application/json'
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Unsupported Media Type",
           *       "status": 415,
           *       "detail": "The body is not application/json in UTF-8, or it has a content encoding."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing but "100-continue" can be expected. */
      417: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Expectation Failed",
           *       "status": 417,
           *       "detail": "Nothing but \"100-continue\" can be expected."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The Idempotency-Key came with another body before. */
      422: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Unprocessable Entity",
           *       "status": 422,
           *       "detail": "The Idempotency-Key came with another body before."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description More than 16 requests wait for their answers on this connection. */
      429: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Too Many Requests",
           *       "status": 429,
           *       "detail": "More than 16 requests wait for their answers on this connection."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The headers of the request are too large. */
      431: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Header Fields Too Large",
           *       "status": 431,
           *       "detail": "The headers of the request are too large."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing can be stored at the moment, or too much waits to be published. */
      503: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /** @description Seconds after which it is worth repeating the request. */
          'Retry-After': number
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
    }
  }
  listOperations: {
    parameters: {
      query?: {
        /** @description Only those in this state. */
        state?: 'pending' | 'completed' | 'failed'
        /** @description How many at most. */
        limit?: number
        /** @description Where to go on: the `nextCursor` of the page before. */
        cursor?: string
      }
      header?: {
        /** @description The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored. */
        traceparent?: string
        /** @description What the systems that the trace came through have added to it: passed on with it. Ignored beyond 512 characters. */
        tracestate?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of operations. */
      200: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /**
           * @description The address of the next page, with `rel="next"` (RFC 8288); missing on the last one.
           * @example </operations?limit=50&cursor=019a9f00-0000-7000-8000-000000000001>; rel="next"
           */
          Link?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "019a9f00-0000-7000-8000-000000000001",
           *           "type": "user-create",
           *           "state": "pending",
           *           "data": {
           *             "name": "alice",
           *             "email": "alice@example.org"
           *           },
           *           "createdAt": "2025-11-20T05:07:37.600Z",
           *           "steps": {
           *             "acceptedAt": "2025-11-20T05:07:37.600Z"
           *           }
           *         }
           *       ],
           *       "nextCursor": "019a9f00-0000-7000-8000-000000000001"
           *     }
           */
          'application/json': components['schemas']['OperationsPage']
        }
      }
      /** @description The request is not valid. */
      400: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Bad Request",
           *       "status": 400,
           *       "detail": "The request is not valid.",
           *       "errors": [
           *         {
           *           "pointer": "/limit",
           *           "detail": "must be 200 or less"
           *         }
           *       ]
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The request did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Timeout",
           *       "status": 408,
           *       "detail": "The request did not arrive in time."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing but "100-continue" can be expected. */
      417: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Expectation Failed",
           *       "status": 417,
           *       "detail": "Nothing but \"100-continue\" can be expected."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description More than 16 requests wait for their answers on this connection. */
      429: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Too Many Requests",
           *       "status": 429,
           *       "detail": "More than 16 requests wait for their answers on this connection."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The headers of the request are too large. */
      431: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Header Fields Too Large",
           *       "status": 431,
           *       "detail": "The headers of the request are too large."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The database does not answer. */
      503: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /** @description Seconds after which it is worth repeating the request. */
          'Retry-After': number
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
    }
  }
  summarizeOperations: {
    parameters: {
      query?: never
      header?: {
        /** @description The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored. */
        traceparent?: string
        /** @description What the systems that the trace came through have added to it: passed on with it. Ignored beyond 512 characters. */
        tracestate?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The books as they stand. */
      200: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "accepted": 1000,
           *       "completed": 980,
           *       "failed": 15,
           *       "pending": 5,
           *       "oldestPending": "2025-11-20T05:07:37.600Z",
           *       "unpublished": 0
           *     }
           */
          'application/json': components['schemas']['OperationsSummary']
        }
      }
      /** @description This is not an HTTP request. */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Bad Request",
           *       "status": 400,
           *       "detail": "This is not an HTTP request."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The request did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Timeout",
           *       "status": 408,
           *       "detail": "The request did not arrive in time."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing but "100-continue" can be expected. */
      417: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Expectation Failed",
           *       "status": 417,
           *       "detail": "Nothing but \"100-continue\" can be expected."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description More than 16 requests wait for their answers on this connection. */
      429: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Too Many Requests",
           *       "status": 429,
           *       "detail": "More than 16 requests wait for their answers on this connection."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The headers of the request are too large. */
      431: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Header Fields Too Large",
           *       "status": 431,
           *       "detail": "The headers of the request are too large."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The database does not answer. */
      503: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /** @description Seconds after which it is worth repeating the request. */
          'Retry-After': number
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
    }
  }
  getOperation: {
    parameters: {
      query?: never
      header?: {
        /** @description `wait=5`: the answer may wait for so many seconds, 30 at most, until the operation has ended (RFC 7240). What cannot be read is ignored. */
        Prefer?: string
        /** @description The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored. */
        traceparent?: string
        /** @description What the systems that the trace came through have added to it: passed on with it. Ignored beyond 512 characters. */
        tracestate?: string
      }
      path: {
        /** @description The id that POST /users answered with. */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The operation as it stands. */
      200: {
        headers: {
          /**
           * @description The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.
           * @example 00-019a9f00000070008000000000000001-8000000000000001-00
           */
          traceresponse: string
          /**
           * @description How long the answer would have waited, if it was asked to.
           * @example wait=5
           */
          'Preference-Applied'?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Operation']
        }
      }
      /** @description The request is not valid. */
      400: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Bad Request",
           *       "status": 400,
           *       "detail": "The request is not valid.",
           *       "errors": [
           *         {
           *           "pointer": "/id",
           *           "detail": "must be a UUID"
           *         }
           *       ]
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description There is no such operation. */
      404: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Not Found",
           *       "status": 404,
           *       "detail": "There is no such operation."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The request did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Timeout",
           *       "status": 408,
           *       "detail": "The request did not arrive in time."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing but "100-continue" can be expected. */
      417: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Expectation Failed",
           *       "status": 417,
           *       "detail": "Nothing but \"100-continue\" can be expected."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description More than 16 requests wait for their answers on this connection. */
      429: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Too Many Requests",
           *       "status": 429,
           *       "detail": "More than 16 requests wait for their answers on this connection."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The headers of the request are too large. */
      431: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Header Fields Too Large",
           *       "status": 431,
           *       "detail": "The headers of the request are too large."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The database does not answer. */
      503: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /** @description Seconds after which it is worth repeating the request. */
          'Retry-After': number
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
    }
  }
  followOperation: {
    parameters: {
      query?: never
      header?: {
        /** @description The id of the event that was seen last: it is not told again. */
        'Last-Event-ID'?: string
        /** @description The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored. */
        traceparent?: string
        /** @description What the systems that the trace came through have added to it: passed on with it. Ignored beyond 512 characters. */
        tracestate?: string
      }
      path: {
        /** @description The id that POST /users answered with. */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The events. */
      200: {
        headers: {
          /**
           * @description The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.
           * @example 00-019a9f00000070008000000000000001-8000000000000001-00
           */
          traceresponse: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example retry: 1000
           *
           *     id: completed
           *     data: {"id":"019a9f00-0000-7000-8000-000000000001","type":"user-create","state":"completed","data":{"name":"alice","email":"alice@example.org"},"createdAt":"2025-11-20T05:07:37.600Z","steps":{"acceptedAt":"2025-11-20T05:07:37.600Z","publishedAt":"2025-11-20T05:07:37.605Z","approvalAskedAt":"2025-11-20T05:07:37.610Z","decidedAt":"2025-11-20T05:07:37.815Z","finishedAt":"2025-11-20T05:07:37.842Z"},"result":{"userId":"019a9f00-0000-7000-8000-000000000001"},"finishedAt":"2025-11-20T05:07:37.842Z"}
           */
          'text/event-stream': string
        }
      }
      /** @description It has ended, and the client has seen how: there is nothing to come back for. */
      204: {
        headers: {
          /**
           * @description The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.
           * @example 00-019a9f00000070008000000000000001-8000000000000001-00
           */
          traceresponse: string
          [name: string]: unknown
        }
        content?: never
      }
      /** @description The request is not valid. */
      400: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Bad Request",
           *       "status": 400,
           *       "detail": "The request is not valid.",
           *       "errors": [
           *         {
           *           "pointer": "/id",
           *           "detail": "must be a UUID"
           *         }
           *       ]
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description There is no such operation. */
      404: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Not Found",
           *       "status": 404,
           *       "detail": "There is no such operation."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The request did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Timeout",
           *       "status": 408,
           *       "detail": "The request did not arrive in time."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description Nothing but "100-continue" can be expected. */
      417: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Expectation Failed",
           *       "status": 417,
           *       "detail": "Nothing but \"100-continue\" can be expected."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description More than 16 requests wait for their answers on this connection. */
      429: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Too Many Requests",
           *       "status": 429,
           *       "detail": "More than 16 requests wait for their answers on this connection."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The headers of the request are too large. */
      431: {
        headers: {
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "type": "about:blank",
           *       "title": "Request Header Fields Too Large",
           *       "status": 431,
           *       "detail": "The headers of the request are too large."
           *     }
           */
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
      /** @description The database does not answer. */
      503: {
        headers: {
          /**
           * @description The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.
           * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
           */
          traceresponse?: string
          /** @description Seconds after which it is worth repeating the request. */
          'Retry-After': number
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['ProblemDocument']
        }
      }
    }
  }
}
