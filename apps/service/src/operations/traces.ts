// Traces by OpenTelemetry's standard variables. Without one that says where they go nothing is loaded, and spans cost nothing.
// Names, routes, states and codes are in spans; photos, options, prompts, keys and tenants are not.
import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { MiddlewareHandler } from 'hono';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is waited for the last spans when the process ends. */
const FLUSH_MS = 3000;

const tracer = () => trace.getTracer('photoguard');

/**
 * Sends traces from now on, if the environment says where to: `OTEL_EXPORTER_OTLP_ENDPOINT`, or the same for traces only.
 * @returns sends the last ones and stops; undefined where there are none
 */
export async function startTraces(env: Environment = process.env): Promise<(() => Promise<void>) | undefined> {
  if (!areWanted(env)) return undefined;
  const [sdk, { OTLPTraceExporter }, { AsyncLocalStorageContextManager }, resources, core] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
  ]);
  const own = resources.resourceFromAttributes({ 'service.name': 'photoguard' });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(own).merge(given),
    sampler: samplerOf(sdk, env),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_MS);
    });
    await Promise.race([provider.shutdown().catch(() => {}), late]); // nothing is worth waiting longer for
    clearTimeout(timer);
  };
}

function areWanted(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporter = env.OTEL_TRACES_EXPORTER ?? 'otlp';
  return exporter === 'otlp' && Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);
}

/** By `OTEL_TRACES_SAMPLER` and its argument; all traces where they say nothing known. */
function samplerOf(
  sdk: Pick<
    typeof import('@opentelemetry/sdk-trace'),
    'AlwaysOffSampler' | 'AlwaysOnSampler' | 'ParentBasedSampler' | 'TraceIdRatioBasedSampler'
  >,
  { OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: argument = '1' }: Environment,
): Sampler {
  const ratio = Number(argument);
  const root = name.endsWith('always_off')
    ? new sdk.AlwaysOffSampler()
    : name.endsWith('traceidratio') && ratio >= 0 && ratio <= 1
      ? new sdk.TraceIdRatioBasedSampler(ratio)
      : new sdk.AlwaysOnSampler();
  return name === '' || name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

/** Does work within a span, which says whether it failed. */
export const traced = <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> =>
  tracer().startActiveSpan(name, { attributes }, (span) => within(span, work));

/** Makes a span of each request. It continues the caller's trace, and a job that the request adds to the queue continues it. */
export const traceRequests: MiddlewareHandler = (c, next) => {
  const headers = Object.fromEntries(c.req.raw.headers);
  const attributes = { 'http.request.method': c.req.method };
  return context.with(propagation.extract(context.active(), headers), () =>
    tracer().startActiveSpan(c.req.method, { kind: SpanKind.SERVER, attributes }, (span) =>
      within(span, async () => {
        await next();
        span.updateName(`${c.req.method} ${c.req.routePath}`);
        span.setAttributes({ 'http.route': c.req.routePath, 'http.response.status_code': c.res.status });
        if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      }),
    ),
  );
};

async function within<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
    throw error;
  } finally {
    span.end();
  }
}
