# attack: replace the harness's encoder, sender and answers inside the own process
# layer: checker
# outcome: ok, protocol_violation
import sys

values = sys.modules["exercises.harness.values"]
student = sys.modules["exercises.harness.student"]
results = sys.modules["exercises.results"]
honest = values.encode
passed = {"id": "test_double", "passed": True, "points": 2.0, "max_points": 2.0}
values.encode = lambda value: honest({"value": True, "passed": True, "score": 2, "tests": [passed], "points": 2.0})
student._Student.answer = lambda self, call: {"value": {"findings": [], "keys": [], "tests": [passed]}}
results.TestResult.passed = True


def double(x):
    return x
