{{ staged('benchmarks', 'repeat_plans') }}
