from __future__ import annotations

from gamekeeper.simulate.acts import start_provider
from gamekeeper.simulate.scene import Scene, play

from .conftest import logged


def _started(scene: Scene) -> list[str]:
    return [f["Image"].rpartition("\\")[2] for f in logged(scene.machine, "sysmon_1")]


def test_net_hands_over_to_net1(scene: Scene) -> None:
    play(scene, [{"run": "net", "command": "net user eve /domain"}])
    found = logged(scene.machine, "sysmon_1")
    worker = next(f for f in found if f["Image"].endswith("net1.exe"))
    assert worker["CommandLine"] == "C:\\Windows\\system32\\net1 user eve /domain"
    assert worker["ParentImage"].endswith("\\net.exe")


def test_a_console_is_shared_with_children(scene: Scene) -> None:
    prompt = {"run": "cmd", "label": "prompt", "stays": True}
    play(
        scene, [prompt, {"run": "whoami", "parent": "prompt"}, {"run": "quser", "parent": "prompt"}]
    )
    assert _started(scene) == ["cmd.exe", "conhost.exe", "whoami.exe", "quser.exe"]


def test_a_command_ends_when_its_time_is_over(scene: Scene) -> None:
    play(scene, [{"run": "whoami", "lasts": [2, 2]}, {"wait": [500, 500]}])
    scene.close()
    [ended] = [f for f in logged(scene.machine, "sysmon_5") if f["Image"].endswith("whoami.exe")]
    [began] = [f for f in logged(scene.machine, "sysmon_1") if f["Image"].endswith("whoami.exe")]
    assert ended["ProcessGuid"] == began["ProcessGuid"]
    assert ended["UtcTime"][:16] == began["UtcTime"][:16]


def test_what_stays_ends_when_told(scene: Scene) -> None:
    play(scene, [{"run": "mmc", "label": "console", "stays": True}, {"run": "dllhost"}])
    scene.close()
    assert all(not f["Image"].endswith("mmc.exe") for f in logged(scene.machine, "sysmon_5"))
    play(scene, [{"end": "console"}])
    assert logged(scene.machine, "sysmon_5")[-1]["Image"].endswith("mmc.exe")


def test_powershell_tells_of_its_engine(scene: Scene) -> None:
    play(scene, [{"run": "powershell", "command": "powershell -NoProfile"}])
    [engine] = logged(scene.machine, "powershell_400")
    assert "HostApplication=powershell -NoProfile" in engine["strings"][2]
    assert len(logged(scene.machine, "powershell_600")) == 3
    [pipe] = logged(scene.machine, "sysmon_17")
    assert pipe["PipeName"].startswith("\\PSHost.")


def test_an_image_may_be_renamed_but_keeps_its_original_name(scene: Scene) -> None:
    play(scene, [{"run": "sevenzip", "image": "C:\\Windows\\Temp\\ronf.exe"}])
    found = logged(scene.machine, "sysmon_1")[0]
    assert found["Image"] == "C:\\Windows\\Temp\\ronf.exe"
    assert found["OriginalFileName"] == "7z.exe"


def test_wmi_breaks_the_chain_of_parents(scene: Scene) -> None:
    play(scene, [{"through_wmi": "local", "do": [{"run": "cmd", "command": "cmd /c x"}]}])
    child = next(f for f in logged(scene.machine, "sysmon_1") if f["Image"].endswith("cmd.exe"))
    assert child["ParentImage"].endswith("WmiPrvSE.exe")
    assert len(logged(scene.machine, "wmi_5857")) == 1


def test_a_provider_host_runs_as_network_service(scene: Scene) -> None:
    assert start_provider(scene).session is scene.machine.network


def test_words_of_a_played_activity_reach_the_steps_behind_it(scene: Scene) -> None:
    scene.script.activities["draw"] = {"with": {"drawn": "{hex:8}"}, "steps": []}
    play(scene, [{"play": "draw"}, {"write": "{drawn}"}])
    assert len(logged(scene.machine, "sysmon_11")[0]["TargetFilename"]) == 8


def test_choosing_acts_out_one(scene: Scene) -> None:
    for name in "ab":
        scene.script.activities[name] = {"steps": [{"write": name}]}
    play(scene, [{"choose": {"a": 0, "b": 1}, "times": 4}])
    assert [f["TargetFilename"] for f in logged(scene.machine, "sysmon_11")] == ["b"] * 4


def test_a_group_shares_its_chance(scene: Scene) -> None:
    play(scene, [{"steps": [{"write": "a"}, {"write": "b"}], "chance": 0}])
    assert logged(scene.machine, "sysmon_11") == []
