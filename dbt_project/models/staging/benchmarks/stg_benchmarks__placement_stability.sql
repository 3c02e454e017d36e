{{ staged('benchmarks', 'placement_stability') }}
