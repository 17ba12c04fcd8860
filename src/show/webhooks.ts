// show: what is posted to endpoints, described for the OpenAPI document: one CloudEvents 1.0.2 envelope per event of
// the ledger, with Standard Webhooks headers around it.

const envelope = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'sequence', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', description: 'The same as the header webhook-id; a repeat has the same one.' },
    source: { type: 'string' },
    type: { type: 'string', pattern: '^io\\.baton\\.[a-z.-]+\\.v1$', examples: ['io.baton.handoff.accepted.v1'] },
    subject: { type: 'string', description: 'Id of the handoff.' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    sequence: { type: 'string', pattern: '^[0-9]{16}$', description: 'Position in the ledger; order by it.' },
    data: { type: 'object', description: 'The event as it stands in the ledger: ids, codes, times.' },
  },
};

const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  name,
  in: 'header',
  required: true,
  schema: { type: 'string' },
}));

export const WEBHOOKS: Record<string, object> = {
  event: {
    post: {
      operationId: 'receiveEvent',
      tags: ['events'],
      summary: 'An event of the ledger, posted to an endpoint',
      description:
        'Check the signature over the raw bytes before you read them. Answer with any 2xx within 15 seconds. ' +
        'Events may come twice and out of order: drop repeats by id, order by sequence.',
      parameters: headers,
      requestBody: { required: true, content: { 'application/cloudevents+json': { schema: envelope } } },
      responses: {
        '2XX': { description: 'Delivered.' },
        '410': { description: 'Gone: nothing more is posted here.' },
        default: { description: 'Tried again later, ten times at most, over three days.' },
      },
    },
  },
};
